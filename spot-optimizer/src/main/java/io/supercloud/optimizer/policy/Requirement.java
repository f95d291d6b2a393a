package io.supercloud.optimizer.policy;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.supercloud.core.InvalidValueException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A condition that an offer must fulfil, in the Common Expression Language (github.com/google/cel-spec). It sees {@code
 * offer.site}, {@code .cloud}, {@code .region}, {@code .zone}, {@code .type} (text), {@code offer.spot} (whether it is),
 * {@code offer.price}, {@code offer.list} (dollars an hour), {@code offer.latency} (p95 in milliseconds by client group),
 * {@code vm.name}, {@code vm.site} and {@code now}.
 */
public final class Requirement {
    private static final int MAX_CHARACTERS = 2_000;

    private static final Map<String, CelType> VARIABLES = Map.ofEntries(
            Map.entry("offer.site", SimpleType.STRING),
            Map.entry("offer.cloud", SimpleType.STRING),
            Map.entry("offer.region", SimpleType.STRING),
            Map.entry("offer.zone", SimpleType.STRING),
            Map.entry("offer.type", SimpleType.STRING),
            Map.entry("offer.spot", SimpleType.BOOL),
            Map.entry("offer.price", SimpleType.DOUBLE),
            Map.entry("offer.list", SimpleType.DOUBLE),
            Map.entry("offer.latency", MapType.create(SimpleType.STRING, SimpleType.DOUBLE)),
            Map.entry("vm.name", SimpleType.STRING),
            Map.entry("vm.site", SimpleType.STRING),
            Map.entry("now", SimpleType.TIMESTAMP));

    private static final CelCompiler COMPILER = compiler();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().build();

    private final String expression;
    private final CelRuntime.Program program;

    private Requirement(String expression, CelRuntime.Program program) {
        this.expression = expression;
        this.program = program;
    }

    private static CelCompiler compiler() {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setResultType(SimpleType.BOOL);
        VARIABLES.forEach(builder::addVar);
        return builder.build();
    }

    /** @throws InvalidValueException where it is no condition over what it sees */
    static Requirement compile(String expression) {
        if (expression.length() > MAX_CHARACTERS) {
            throw new InvalidValueException("an expression has at most %d characters".formatted(MAX_CHARACTERS));
        }
        try {
            return new Requirement(
                    expression,
                    RUNTIME.createProgram(COMPILER.compile(expression).getAst()));
        } catch (CelValidationException e) {
            throw new InvalidValueException("'%s' is no condition over an offer: %s"
                    .formatted(expression, e.getErrors().getFirst().getMessage()));
        } catch (CelEvaluationException e) {
            throw new InvalidValueException("'%s' cannot be planned: %s".formatted(expression, e.getMessage()));
        }
    }

    public String expression() {
        return expression;
    }

    /** Whether it holds; not where it cannot be told, as for a client group that nobody has measured. */
    public boolean holds(Map<String, Object> variables, Instant now) {
        try {
            return program.eval(name -> Optional.ofNullable(name.equals("now") ? now : variables.get(name)))
                    .equals(true);
        } catch (CelEvaluationException e) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Requirement same && same.expression.equals(expression);
    }

    @Override
    public int hashCode() {
        return expression.hashCode();
    }

    @Override
    public String toString() {
        return expression;
    }
}
