package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

import org.jspecify.annotations.Nullable;

/**
 * The folder of the demo, held by one process at a time: the lock ends with the process,
 * however it ends.
 */
final class DemoFolder implements AutoCloseable {

	private final Path path;

	private final FileChannel channel;

	private DemoFolder(Path path, FileChannel channel) {
		this.path = path;
		this.channel = channel;
	}

	/**
	 * Takes the folder, which is made if it is not there.
	 * @param path the folder
	 * @return the folder, or {@code null} if another process has it
	 * @throws DemoException if it cannot be made or written to
	 */
	static @Nullable DemoFolder take(Path path) {
		try {
			if (!Files.exists(path)) {
				Files.createDirectories(path, forItsOwnerOnly());
			}
			FileChannel channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			FileLock lock = tryLock(channel);
			if (lock == null) {
				channel.close();
				return null;
			}
			return new DemoFolder(path, channel);
		}
		catch (IOException ex) {
			throw new DemoException("The folder %s cannot be used (%s): set %s to another one.".formatted(path, ex,
					DemoSettings.DIRECTORY), ex);
		}
	}

	private static FileAttribute<?>[] forItsOwnerOnly() {
		if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
			return new FileAttribute<?>[0];
		}
		return new FileAttribute<?>[] {
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")) };
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ours) {
			return null;
		}
	}

	/** Where the server's own files are unpacked. */
	Path server() {
		return this.path.resolve("server");
	}

	/** The database cluster; the name holds the version that can read it. */
	Path cluster() {
		return this.path.resolve("postgresql-18");
	}

	Path processes() {
		return this.path.resolve("processes");
	}

	Path log(String program) {
		return this.path.resolve(program + ".log");
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
