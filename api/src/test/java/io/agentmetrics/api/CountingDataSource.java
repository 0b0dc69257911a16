package io.agentmetrics.api;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Remembers the statements that are prepared on its connections, but for those of threads
 * that ask by themselves, whatever requests do.
 */
public final class CountingDataSource extends DelegatingDataSource {

	private static final Set<String> BY_THEMSELVES = Set.of("exposition", "lookup");

	private final List<String> statements = new CopyOnWriteArrayList<>();

	public CountingDataSource(DataSource dataSource) {
		super(dataSource);
	}

	/**
	 * Returns what an action does.
	 * @param action anything that asks the database
	 * @return the SQL of its statements
	 */
	public List<String> statementsOf(Runnable action) {
		this.statements.clear();
		action.run();
		return new ArrayList<>(this.statements);
	}

	/** The pool behind it. */
	public HikariDataSource pool() {
		try {
			return unwrap(HikariDataSource.class);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("prepareStatement")
							&& !BY_THEMSELVES.contains(Thread.currentThread().getName())) {
						this.statements.add((String) arguments[0]);
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

}
