package io.supercloud.overlay.sdn.internal.ovsdb;

import io.supercloud.overlay.sdn.OverlayException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes one message after the other from a stream without delimiters. */
public final class RpcReader {
    static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER_LENGTH = 32;

    /** Does not look beyond the end of a message: the next one may come much later. */
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .maxStringLength(MAX_MESSAGE_BYTES)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Limited input;
    private final JsonParser parser;

    public RpcReader(InputStream input) {
        this.input = new Limited(input);
        this.parser = MAPPER.createParser(this.input);
    }

    /** Blocks for the next message; empty at the end of the stream. */
    public Optional<RpcMessage> read() {
        try {
            input.readBytes = 0;
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            JsonNode json = MAPPER.readTree(parser);
            return Optional.of(RpcMessage.read(json));
        } catch (JacksonException failure) {
            throw new OverlayException.Malformed("the switch's database sent what is no JSON message", failure);
        }
    }

    /** Ends a message that is too long. The parser reads ahead, so the limit holds but for one buffer of its own. */
    private static final class Limited extends FilterInputStream {
        private long readBytes;

        Limited(InputStream input) {
            super(input);
        }

        @Override
        public int read() throws IOException {
            return count(super.read(), 1);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            return count(count, count);
        }

        private int count(int result, int bytes) throws IOException {
            readBytes += Math.max(0, bytes);
            if (readBytes > MAX_MESSAGE_BYTES) {
                throw new IOException("a message is longer than %d bytes".formatted(MAX_MESSAGE_BYTES));
            }
            return result;
        }
    }
}
