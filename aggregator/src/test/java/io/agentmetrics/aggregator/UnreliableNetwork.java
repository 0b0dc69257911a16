package io.agentmetrics.aggregator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A way to PostgreSQL on which one connection is cut at a chosen moment, once.
 */
final class UnreliableNetwork implements AutoCloseable {

	private final ServerSocket entrance;

	private final URI database;

	private final Cut cut;

	private final int bytes;

	private final AtomicBoolean whole = new AtomicBoolean(true);

	/**
	 * Opens a way.
	 * @param url of the database, as JDBC has it
	 * @param cut when to cut
	 * @param bytes how much of a slice still comes through
	 */
	UnreliableNetwork(String url, Cut cut, int bytes) {
		this.database = URI.create(url.substring("jdbc:".length()));
		this.cut = cut;
		this.bytes = bytes;
		try {
			this.entrance = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread.ofVirtual().start(this::accept);
	}

	/**
	 * Returns the way to the same database.
	 * @return a JDBC URL; with statements as text, so that a COMMIT can be seen
	 */
	String url() {
		return "jdbc:postgresql://localhost:%d%s?prepareThreshold=0".formatted(this.entrance.getLocalPort(),
				this.database.getPath());
	}

	boolean hasCut() {
		return !this.whole.get();
	}

	@Override
	public void close() {
		try {
			this.entrance.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.entrance.accept();
				Wire wire = new Wire(client, new Socket(this.database.getHost(), this.database.getPort()));
				Thread.ofVirtual().start(() -> wire.carry(wire.client, wire.server, wire::toServer));
				Thread.ofVirtual().start(() -> wire.carry(wire.server, wire.client, wire::toClient));
			}
		}
		catch (IOException ex) {
			// closed: nobody comes any more
			return;
		}
	}

	/** When the connection is cut. */
	enum Cut {

		/** While executions come over it. */
		WITHIN_A_SLICE,

		/** When agents' days were written over it and the COMMIT has not arrived yet. */
		BEFORE_COMMIT,

		/** When the COMMIT has arrived and its answer has not. */
		AFTER_COMMIT

	}

	/** One connection. */
	private final class Wire {

		private final Socket client;

		private final Socket server;

		private boolean written;

		/** How many bytes the client still gets. */
		private volatile int rest = Integer.MAX_VALUE;

		private Wire(Socket client, Socket server) {
			this.client = client;
			this.server = server;
		}

		private void carry(Socket from, Socket to, Carrier carrier) {
			byte[] buffer = new byte[1 << 16];
			try (from; to) {
				InputStream source = from.getInputStream();
				OutputStream target = to.getOutputStream();
				for (int length = source.read(buffer); length >= 0; length = source.read(buffer)) {
					int passed = carrier.passes(Arrays.copyOf(buffer, length));
					target.write(buffer, 0, passed);
					if (passed < length) {
						return;
					}
				}
			}
			catch (IOException ex) {
				// the other direction has ended
				return;
			}
		}

		private int toServer(byte[] message) {
			String text = new String(message, StandardCharsets.ISO_8859_1);
			this.written |= text.contains("copy agent_metrics");
			boolean moment = switch (UnreliableNetwork.this.cut) {
				case WITHIN_A_SLICE -> text.contains("to stdout");
				case BEFORE_COMMIT, AFTER_COMMIT -> this.written && text.contains("COMMIT\0");
			};
			if (moment && UnreliableNetwork.this.whole.compareAndSet(true, false)) {
				switch (UnreliableNetwork.this.cut) {
					case WITHIN_A_SLICE -> this.rest = UnreliableNetwork.this.bytes;
					case AFTER_COMMIT -> this.rest = 0;
					case BEFORE_COMMIT -> {
						return 0;
					}
				}
			}
			return message.length;
		}

		private int toClient(byte[] message) {
			int passed = Math.min(message.length, this.rest);
			if (this.rest < Integer.MAX_VALUE) {
				this.rest -= passed;
			}
			return passed;
		}

	}

	/** Says how many bytes of a message pass. */
	private interface Carrier {

		int passes(byte[] message);

	}

}
