package io.agentmetrics.aggregator.door.file;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the weekly partitions for executions that are about to be stored. Those of weeks
 * without one lie in the default partition, which is right, but read more slowly.
 */
final class WeeklyPartitions {

	private static final Logger logger = LoggerFactory.getLogger(WeeklyPartitions.class);

	/** A wrong year, or some few old executions, are not worth partitions. */
	private static final long WORTH_ONE = 100;

	/** What the schema takes, from the first Monday to the last. */
	private static final LocalDate FIRST = LocalDate.of(2000, 1, 3);

	private static final LocalDate END = LocalDate.of(2099, 12, 28);

	private final DataSource dataSource;

	private final Set<LocalDate> known = new HashSet<>();

	WeeklyPartitions(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Makes those that are missing, in transactions of their own. Where that fails, the
	 * executions go into the default partition.
	 */
	void makeFor(Collection<ForeignExecution> executions) {
		Map<LocalDate, Long> weeks = executions.stream()
			.map(ForeignExecution::started)
			.filter(Objects::nonNull)
			.map(WeeklyPartitions::week)
			.filter((week) -> !week.isBefore(FIRST) && week.isBefore(END))
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
		weeks.values().removeIf((count) -> count < WORTH_ONE);
		weeks.keySet().removeIf((week) -> !this.known.add(week));
		if (!weeks.isEmpty()) {
			make(weeks.keySet());
		}
	}

	private void make(Set<LocalDate> weeks) {
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement("call ensure_execution_partitions(?, ?)")) {
			for (LocalDate week : weeks) {
				statement.setObject(1, week);
				statement.setObject(2, week);
				statement.execute();
			}
		}
		catch (SQLException ex) {
			logger.atWarn()
				.addKeyValue("weeks", weeks)
				.addKeyValue("cause", ex.getMessage())
				.log("Partitions could not be made; their executions go into the default partition");
		}
	}

	private static LocalDate week(Instant start) {
		return start.atOffset(ZoneOffset.UTC).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
	}

}
