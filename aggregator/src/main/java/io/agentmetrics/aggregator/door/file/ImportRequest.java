package io.agentmetrics.aggregator.door.file;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What an import is asked to do.
 *
 * @param source the name of the source in the settings that the executions are of
 * @param file the file that has them, {@code -} for what the process is given
 */
public record ImportRequest(String source, String file) {

	private static final String STANDARD_INPUT = "-";

	boolean isStandardInput() {
		return this.file.equals(STANDARD_INPUT);
	}

	FileInputStream open() throws IOException {
		return isStandardInput() ? new FileInputStream(FileDescriptor.in) : new FileInputStream(path().toFile());
	}

	/** Returns by what it is known that it is the same file again. */
	String name() {
		return isStandardInput() ? this.file : path().toString();
	}

	/** Returns the file's absolute path; only where it is not standard input. */
	Path path() {
		return Path.of(this.file).toAbsolutePath().normalize();
	}

	/** Returns where records go that are not stored. */
	Path rejects() {
		return isStandardInput() ? Path.of("import.rejects.csv").toAbsolutePath()
				: path().resolveSibling(path().getFileName() + ".rejects.csv");
	}

}
