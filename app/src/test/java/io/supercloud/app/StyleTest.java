package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Rules of style that no compiler knows. */
class StyleTest {
    private static final int MAX_METHOD_LINES = 70;
    private static final int MAX_FILE_LINES = 400;
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    @Test
    void methodsAreShort() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> tooLong = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, null, null, files.getJavaFileObjectsFromPaths(SourceTree.mainFiles()));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodLengths(unit, positions, tooLong).scan(unit, null);
            }
        }
        assertThat(tooLong)
                .as("methods of more than %d lines", MAX_METHOD_LINES)
                .isEmpty();
    }

    private static final class MethodLengths extends TreePathScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> tooLong;

        MethodLengths(CompilationUnitTree unit, SourcePositions positions, List<String> tooLong) {
            this.unit = unit;
            this.positions = positions;
            this.tooLong = tooLong;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            long lines =
                    line(positions.getEndPosition(unit, method)) - line(positions.getStartPosition(unit, method)) + 1;
            if (lines > MAX_METHOD_LINES) {
                tooLong.add("%s#%s: %d".formatted(unit.getSourceFile().getName(), method.getName(), lines));
            }
            return super.visitMethod(method, nothing);
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }

    @Test
    void filesAreShort() {
        assertThat(SourceTree.mainFiles())
                .allSatisfy(file -> assertThat(SourceTree.read(file).lines().count())
                        .as(SourceTree.name(file))
                        .isLessThanOrEqualTo(MAX_FILE_LINES));
    }

    @Test
    void nothingIsMarkedAsUnfinished() {
        assertThat(Stream.concat(SourceTree.mainFiles().stream(), SourceTree.testFiles().stream()))
                .allSatisfy(file -> assertThat(SourceTree.read(file))
                        .as(SourceTree.name(file))
                        .doesNotContainPattern(UNFINISHED));
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        assertThat(SourceTree.mainFiles().stream().map(Path::getParent).distinct())
                .allSatisfy(folder -> assertThat(Files.exists(folder.resolve("package-info.java")))
                        .as("%s has a package-info.java", SourceTree.name(folder))
                        .isTrue());
    }
}
