package io.agentmetrics.db;

import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * A test of what the schema refuses and notes, on a database with an agent. Each test
 * method runs in a transaction of its own that is rolled back.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class RulesTest {

	final TestDatabase database = TestDatabase.create();

	final UUID agent = new TestExecutions(this.database.dataSource()).agent("a");

	final SqlSession sql = new SqlSession(this.database.dataSource());

	@BeforeEach
	void begin() {
		this.sql.run("begin");
	}

	@AfterEach
	void rollBack() {
		this.sql.run("rollback");
	}

	@AfterAll
	void dropDatabase() {
		this.sql.close();
		this.database.close();
	}

}
