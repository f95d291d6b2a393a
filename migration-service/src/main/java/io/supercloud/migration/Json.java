package io.supercloud.migration;

import io.supercloud.core.Cidr;
import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.MoveId;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.image.Durability;
import io.supercloud.overlay.sdn.PortId;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** The records of this deployment as JSON, as the registry and the agents' own files keep them. Unknown and missing fields are refused. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(textModule())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private Json() {}

    public static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** Reads an entry of the registry; the error names its path. */
    public static <T> T read(Registry.Entry entry, Class<T> type) {
        return read(entry.path(), entry.value(), type);
    }

    public static <T> T read(String where, byte[] json, Class<T> type) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new MigrationException("%s holds no %s".formatted(where, type.getSimpleName()));
            }
            return value;
        } catch (JacksonException e) {
            throw new MigrationException(
                    "%s does not hold a %s: %s".formatted(where, type.getSimpleName(), e.getOriginalMessage()), e);
        }
    }

    private static JacksonModule textModule() {
        SimpleModule module = new SimpleModule("supercloud");
        asText(module, VmId.class, VmId::new);
        asText(module, HostId.class, HostId::new);
        asText(module, SiteId.class, SiteId::new);
        asText(module, ImageId.class, ImageId::new);
        asText(module, MoveId.class, MoveId::new);
        asText(module, Durability.class, Durability::parse);
        asText(module, PortId.class, PortId::new);
        asText(module, Ipv4.class, Ipv4::parse);
        asText(module, Cidr.class, Cidr::parse);
        asText(module, MacAddress.class, MacAddress::parse);
        return module;
    }

    private static <T> void asText(SimpleModule module, Class<T> type, Function<String, T> parser) {
        module.addSerializer(type, new ValueSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator generator, SerializationContext context) {
                generator.writeString(value instanceof PortId port ? port.value() : value.toString());
            }
        });
        module.addDeserializer(type, new ValueDeserializer<>() {
            @Override
            public T deserialize(JsonParser input, DeserializationContext context) {
                if (input.currentToken() != JsonToken.VALUE_STRING) {
                    return type.cast(context.handleUnexpectedToken(type, input));
                }
                try {
                    return parser.apply(input.getString());
                } catch (SupercloudException e) {
                    return type.cast(context.handleWeirdStringValue(type, input.getString(), e.getMessage()));
                }
            }
        });
    }
}
