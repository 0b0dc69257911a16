package io.agentmetrics.api.limit;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A connection to the database while a request has it.
 */
final class HeldConnection implements InvocationHandler {

	private final Connection connection;

	private final RequestWork work;

	private final Turn turn;

	/**
	 * Held while a statement is cancelled, so that the connection does not go to another
	 * request meanwhile.
	 */
	private final ReentrantLock cancelling = new ReentrantLock();

	private boolean closed;

	private HeldConnection(Connection connection, RequestWork work, Turn turn) {
		this.connection = connection;
		this.work = work;
		this.turn = turn;
	}

	static Connection open(Connection connection, RequestWork work, Turn turn) {
		HeldConnection held = new HeldConnection(connection, work, turn);
		work.opened(held);
		return (Connection) Proxy.newProxyInstance(HeldConnection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, held);
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		switch (method.getName()) {
			case "prepareStatement", "prepareCall", "createStatement" -> this.work.requireWanted();
			case "close" -> {
				close();
				return null;
			}
			default -> {
				// says nothing about who waits
			}
		}
		try {
			return method.invoke(this.connection, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private void close() throws SQLException {
		this.cancelling.lock();
		try {
			if (this.closed) {
				return;
			}
			this.closed = true;
		}
		finally {
			this.cancelling.unlock();
		}
		try {
			this.connection.close();
		}
		finally {
			this.work.closed(this);
			this.turn.close();
		}
	}

	/**
	 * Cancels the statement that is running, if there is one.
	 * @throws SQLException if the server cannot be asked
	 */
	void cancel() throws SQLException {
		// somebody is at it already
		if (!this.cancelling.tryLock()) {
			return;
		}
		try {
			if (!this.closed) {
				this.connection.unwrap(PGConnection.class).cancelQuery();
			}
		}
		finally {
			this.cancelling.unlock();
		}
	}

}
