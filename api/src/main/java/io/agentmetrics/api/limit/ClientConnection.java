package io.agentmetrics.api.limit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connection of a request. Tomcat does not read from it while the request is
 * answered, and so does not notice that the client has hung up; this class checks. Bytes
 * of a client that sends its next request early are put back.
 */
final class ClientConnection {

	static final ClientConnection UNKNOWN = new ClientConnection(Optional::empty);

	private final Supplier<Optional<SocketWrapperBase<NioChannel>>> find;

	private final ReentrantLock reading = new ReentrantLock();

	private @Nullable Optional<SocketWrapperBase<NioChannel>> found;

	private boolean left;

	/**
	 * Creates a connection whose request has been read to its end.
	 * @param find finds it, once it is worth looking
	 */
	ClientConnection(Supplier<Optional<SocketWrapperBase<NioChannel>>> find) {
		this.find = find;
	}

	/**
	 * Returns whether the client has hung up, or closed its half of the connection.
	 * @return false if that cannot be known
	 */
	boolean isGone() {
		this.reading.lock();
		try {
			if (this.left) {
				return false;
			}
			if (this.found == null) {
				this.found = this.find.get();
			}
			return this.found.map(this::atEnd).orElse(false);
		}
		finally {
			this.reading.unlock();
		}
	}

	private boolean atEnd(SocketWrapperBase<NioChannel> socket) {
		ByteBuffer one = ByteBuffer.allocate(1);
		try {
			int read = socket.getSocket().getIOChannel().read(one);
			if (read > 0) {
				// the next request: as long as it waits there is nothing to be seen
				socket.unRead(one.flip());
				this.left = true;
			}
			return read < 0;
		}
		catch (IOException ex) {
			return true;
		}
	}

	/** Stops checking: from now on only Tomcat reads from the connection. */
	void leave() {
		this.reading.lock();
		this.left = true;
		this.reading.unlock();
	}

}
