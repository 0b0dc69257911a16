package io.agentmetrics.aggregator.door.file;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.agentmetrics.aggregator.door.SourceProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.batch.infrastructure.item.ItemProcessor;

/**
 * Makes executions of the records of a file, whose columns are found by their names.
 */
final class ExecutionCells implements ItemProcessor<FileRecord, ReadExecution> {

	private static final int LONGEST_SHOWN = 100;

	private final SourceProperties.Columns columns;

	private final CellFormat format;

	private final Map<String, Integer> positions;

	private ExecutionCells(SourceProperties.Columns columns, CellFormat format, Map<String, Integer> positions) {
		this.columns = columns;
		this.format = format;
		this.positions = positions;
	}

	/**
	 * Finds the columns of a source in a header.
	 * @throws IllegalArgumentException if one is missing or there twice; the message
	 * names it and says what the header has
	 */
	static ExecutionCells of(FileRecord header, String source, SourceProperties properties) {
		SourceProperties.Columns columns = properties.columns();
		List<String> names = header.cells().stream().map(String::strip).toList();
		columns.required().forEach((what, name) -> {
			if (!names.contains(name)) {
				throw new IllegalArgumentException(
						"There is no column \"%s\" (agent-metrics.sources.%s.columns.%s), only %s".formatted(name,
								source, what, names));
			}
		});
		Map<String, Integer> positions = new LinkedHashMap<>();
		for (String name : columns.names()) {
			if (names.indexOf(name) != names.lastIndexOf(name)) {
				throw new IllegalArgumentException("There are two columns \"%s\": %s".formatted(name, names));
			}
			positions.put(name, names.indexOf(name));
		}
		return new ExecutionCells(columns,
				new CellFormat(properties.zone(), properties.timeUnit(), properties.durationUnit()), positions);
	}

	@Override
	public @Nullable ReadExecution process(FileRecord item) {
		if (item == FileRecord.NONE) {
			return null;
		}
		if (item.fault() != null) {
			return new ReadExecution(item, ForeignExecution.NONE);
		}
		try {
			return new ReadExecution(item, execution(item.cells()));
		}
		catch (IllegalArgumentException ex) {
			return new ReadExecution(item.withFault(String.valueOf(ex.getMessage())), ForeignExecution.NONE);
		}
	}

	private ForeignExecution execution(List<String> cells) {
		return new ForeignExecution(text(cells, this.columns.id()), text(cells, this.columns.agent()),
				text(cells, this.columns.agentName()), text(cells, this.columns.user()),
				text(cells, this.columns.status()), value(cells, this.columns.start(), this.format::time),
				value(cells, this.columns.end(), this.format::time),
				value(cells, this.columns.duration(), this.format::milliseconds), text(cells, this.columns.errorType()),
				text(cells, this.columns.errorMessage()), text(cells, this.columns.version()),
				text(cells, this.columns.environment()), number(cells, this.columns.inputTokens()),
				number(cells, this.columns.outputTokens()), number(cells, this.columns.cachedInputTokens()),
				number(cells, this.columns.cost()), text(cells, this.columns.externalId()));
	}

	private @Nullable String text(List<String> cells, @Nullable String column) {
		int position = this.positions.getOrDefault(column, -1);
		return (position < 0 || cells.get(position).isBlank()) ? null : cells.get(position);
	}

	private @Nullable BigDecimal number(List<String> cells, String column) {
		return value(cells, column, CellFormat::number);
	}

	private <T> @Nullable T value(List<String> cells, String column, Function<String, T> format) {
		String text = text(cells, column);
		if (text == null) {
			return null;
		}
		try {
			return format.apply(text.strip());
		}
		catch (IllegalArgumentException ex) {
			String shown = (text.length() > LONGEST_SHOWN) ? text.substring(0, LONGEST_SHOWN) + "…" : text;
			throw new IllegalArgumentException(column + " \"" + shown + "\" " + ex.getMessage(), ex);
		}
	}

}
