package io.agentmetrics.db;

import liquibase.Scope;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.ResourceAccessor;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * {@link SchemaVersion} against databases with and without a schema.
 */
class SchemaVersionIntegrationTests {

	@Test
	void newestChangesetIsTheLastOfTheChangelog() throws Exception {
		Scope.child(Changelog.settings(), () -> {
			ResourceAccessor resources = Scope.getCurrentScope().getResourceAccessor();
			DatabaseChangeLog changelog = ChangeLogParserFactory.getInstance()
				.getParser(Changelog.FILE, resources)
				.parse(Changelog.FILE, new ChangeLogParameters(), resources);
			ChangeSet last = changelog.getChangeSets().getLast();
			assertThat(last.getId()).isEqualTo(SchemaVersion.NEWEST_CHANGESET);
			assertThat(changelog.getChangeSets()).extracting(ChangeSet::getAuthor).containsOnly("agent-metrics");
			assertThat(changelog.getChangeSets()).extracting(ChangeSet::getId).doesNotHaveDuplicates();
		});
	}

	@Test
	void migratedDatabaseIsCurrent() {
		try (TestDatabase database = TestDatabase.create()) {
			assertThatNoException().isThrownBy(() -> SchemaVersion.requireCurrent(database.dataSource()));
		}
	}

	@Test
	void databaseWithoutTheSchemaSaysWhatToRun() {
		try (TestDatabase database = TestDatabase.empty()) {
			assertThatExceptionOfType(SchemaNotCurrentException.class)
				.isThrownBy(() -> SchemaVersion.requireCurrent(database.dataSource()))
				.withMessage("The database has no Agent Metrics schema, or an older one: "
						+ "run `java -jar aggregator.jar migrate`.");
		}
	}

	@Test
	void databaseWithAnOlderSchemaSaysWhatToRun() {
		try (TestDatabase database = TestDatabase.create(); SqlSession sql = new SqlSession(database.dataSource())) {
			sql.run("delete from databasechangelog where id = '" + SchemaVersion.NEWEST_CHANGESET + "'");
			assertThatExceptionOfType(SchemaNotCurrentException.class)
				.isThrownBy(() -> SchemaVersion.requireCurrent(database.dataSource()));
		}
	}

	@Test
	void unreachableDatabaseIsNotTakenForOneWithoutSchema() {
		PGSimpleDataSource nobody = new PGSimpleDataSource();
		nobody.setPortNumbers(new int[] { 1 });
		assertThatExceptionOfType(DatabaseUnreachableException.class)
			.isThrownBy(() -> SchemaVersion.requireCurrent(nobody));
	}

}
