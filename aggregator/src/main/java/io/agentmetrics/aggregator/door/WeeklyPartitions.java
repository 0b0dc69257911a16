package io.agentmetrics.aggregator.door;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Makes the weekly partitions for executions that are about to be stored. Those of weeks
 * without one lie in the default partition, which is right, but read more slowly.
 */
@Component
public class WeeklyPartitions {

	private static final Logger logger = LoggerFactory.getLogger(WeeklyPartitions.class);

	private final DataSource dataSource;

	WeeklyPartitions(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Makes those that are missing, in transactions of their own. Where that fails, the
	 * executions go into the default partition.
	 * @param weeks a day of each
	 */
	public void make(Collection<LocalDate> weeks) {
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

}
