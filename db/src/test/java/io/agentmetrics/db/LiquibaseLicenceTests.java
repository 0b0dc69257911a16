package io.agentmetrics.db;

import liquibase.util.LiquibaseUtil;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds Liquibase at the last line that is open source: decision 0001.
 */
class LiquibaseLicenceTests {

	@Test
	void liquibaseIsOfTheApacheLicensedLine() {
		assertThat(LiquibaseUtil.getBuildVersion()).startsWith("4.");
	}

}
