package io.agentmetrics.demo;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import io.agentmetrics.db.SchemaMigration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Migrates when told so, and connects nothing; else it only says that it ran, or ends as
 * it is told to.
 */
final class FakeAggregator {

	static final String EXIT_CODE = "FAKE_AGGREGATOR_EXIT_CODE";

	private FakeAggregator() {
	}

	public static void main(String[] arguments) {
		Map<String, String> environment = System.getenv();
		if (List.of(arguments).equals(List.of("migrate"))) {
			PGSimpleDataSource database = new PGSimpleDataSource();
			database.setUrl(environment.get("SPRING_DATASOURCE_URL"));
			database.setUser(environment.get("SPRING_DATASOURCE_USERNAME"));
			database.setPassword(environment.get("SPRING_DATASOURCE_PASSWORD"));
			SchemaMigration.migrate(database, LocalDate.now(ZoneOffset.UTC));
		}
		else if (!List.of(arguments).equals(List.of("connect"))) {
			System.out.println("fake aggregator ran");
			System.exit(Integer.parseInt(environment.getOrDefault(EXIT_CODE, "0")));
		}
	}

}
