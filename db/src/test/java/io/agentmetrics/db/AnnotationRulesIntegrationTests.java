package io.agentmetrics.db;

import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the schema refuses of an annotation, and who may write one.
 */
class AnnotationRulesIntegrationTests extends RulesTest {

	private static final String INSERT = "insert into annotations (kind, starts_at, text) "
			+ "values ('NOTE', '2026-11-02 10:00:00+00', 'A note')";

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			kind        | 'RELEASE'                       | annotations_kind_known
			kind        | 'deployment'                    | annotations_kind_known
			kind        | null                            | "kind"
			starts_at   | '1999-12-31 23:59:59+00'        | annotations_start_bounded
			starts_at   | '2100-01-01 00:00:00+00'        | annotations_start_bounded
			starts_at   | 'infinity'                      | annotations_start_bounded
			starts_at   | '-infinity'                     | annotations_start_bounded
			starts_at   | null                            | "starts_at"
			ends_at     | '2026-11-02 09:59:59+00'        | annotations_end_bounded
			ends_at     | '2026-12-03 10:00:00.000001+00' | annotations_end_bounded
			ends_at     | 'infinity'                      | annotations_end_bounded
			ends_at     | '-infinity'                     | annotations_end_bounded
			text        | e' \\n'                         | annotations_text_bounded
			text        | repeat('t', 501)                | annotations_text_bounded
			text        | null                            | "text"
			agent_id    | gen_random_uuid()               | annotations_agent_id_fkey
			environment | ' '                             | annotations_environment_bounded
			environment | repeat('e', 201)                | annotations_environment_bounded
			link        | 'javascript:alert(1)'           | annotations_link_bounded
			link        | 'ftp://example.com'             | annotations_link_bounded
			link        | 'https:///path'                 | annotations_link_bounded
			link        | 'https://'                      | annotations_link_bounded
			link        | e'https://example.com/\\nx'     | annotations_link_bounded
			link        | e'x\\nhttps://example.com/'     | annotations_link_bounded
			link        | repeat('https://x', 223)         | annotations_link_bounded
			""")
	void valueThatCannotBeIsRefused(String column, String value, String rule) {
		this.sql.run(INSERT);
		assertThatIllegalStateException()
			.isThrownBy(() -> this.sql.run("update annotations set %s = %s".formatted(column, value)))
			.withMessageContaining(rule);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			starts_at   | '2000-01-01 00:00:00+00'
			starts_at   | '2099-12-31 23:59:59.999999+00'
			ends_at     | '2026-11-02 10:00:00+00'
			ends_at     | '2026-12-03 10:00:00+00'
			text        | repeat('é', 500)
			environment | 'production'
			link        | 'http://ci/1'
			link        | repeat('https://x', 222)
			link        | 'https://ci.example.com/runs/8812?tab=log#L7'
			""")
	void valueWithinTheBoundsIsStored(String column, String value) {
		this.sql.run(INSERT);
		this.sql.run("update annotations set %s = %s".formatted(column, value));
		assertThat(this.sql.number("select count(*) from annotations where %s = %s".formatted(column, value))).isOne();
	}

	@Test
	void annotationsOfAnAgentGoWithIt() {
		this.sql.run("insert into annotations (kind, text, agent_id) values ('DEPLOYMENT', '1.2', '%s')"
			.formatted(this.agent));
		this.sql.run("delete from agents where id = '%s'".formatted(this.agent));
		assertThat(this.sql.number("select count(*) from annotations")).isZero();
	}

	@Test
	void memberOfTheRoleOfWritersWritesThemAndMemberOfThatOfReadersReadsThem() {
		String login = "notes_" + UUID.randomUUID().toString().replace("-", "");
		this.sql.run("commit");
		this.sql.run("create role %s login in role agent_metrics_writer", login);
		PGSimpleDataSource as = new PGSimpleDataSource();
		as.setUrl(this.database.url());
		as.setUser(login);
		try (SqlSession member = new SqlSession(as)) {
			member.run(INSERT);
			member.run("update annotations set ends_at = starts_at");
			this.sql.run("grant agent_metrics_reader to " + login);
			this.sql.run("revoke agent_metrics_writer from " + login);
			assertThat(member.column("select text from annotations")).containsExactly("A note");
			assertThatIllegalStateException().isThrownBy(() -> member.run("delete from annotations"))
				.withMessageContaining("permission denied");
			this.sql.run("grant agent_metrics_writer to " + login);
			member.run("delete from annotations");
		}
		finally {
			this.sql.run("drop role " + login);
		}
	}

}
