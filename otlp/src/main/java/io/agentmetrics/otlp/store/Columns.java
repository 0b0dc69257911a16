package io.agentmetrics.otlp.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Columns as parameters of statements.
 */
final class Columns {

	private Columns() {
	}

	/** Binds a value of each row as text, which the statement casts to an array. */
	static <T> void bind(PreparedStatement statement, int parameter, Collection<T> rows,
			Function<? super T, ? extends @Nullable Object> column) throws SQLException {
		@Nullable Object[] values = new @Nullable Object[rows.size()];
		int position = 0;
		for (T row : rows) {
			Object value = column.apply(row);
			values[position++] = (value != null) ? value.toString() : null;
		}
		statement.setArray(parameter, statement.getConnection().createArrayOf("text", values));
	}

}
