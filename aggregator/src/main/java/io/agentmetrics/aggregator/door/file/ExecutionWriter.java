package io.agentmetrics.aggregator.door.file;

import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.agentmetrics.aggregator.door.ExecutionSource;
import io.agentmetrics.aggregator.door.WeeklyPartitions;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamWriter;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stores the executions of a chunk that fit, and writes its other records to the file of
 * rejects.
 */
final class ExecutionWriter implements ItemStreamWriter<ReadExecution> {

	private static final String REJECTS_LENGTH = "rejectsLength";

	private static final String EXECUTIONS = """
			array(
				select row(key, agent, agent_name, user_key, status, started, ended, duration_ms, error_type,
					error_message, agent_version, environment, input_tokens, output_tokens, cached_input_tokens,
					cost_usd, external_id)::foreign_execution
				from unnest(:keys::text[], :agents::text[], :agentNames::text[], :users::text[], :statuses::text[],
					:started::timestamptz[], :ended::timestamptz[], :durations::numeric[], :errorTypes::text[],
					:errorMessages::text[], :versions::text[], :environments::text[], :inputTokens::numeric[],
					:outputTokens::numeric[], :cachedInputTokens::numeric[], :costs::numeric[], :externalIds::text[])
					with ordinality as given (key, agent, agent_name, user_key, status, started, ended, duration_ms,
					error_type, error_message, agent_version, environment, input_tokens, output_tokens,
					cached_input_tokens, cost_usd, external_id, position)
				order by position)
			""";

	private static final String JUDGE = """
			select ordinal, remark, reason
			from execution_sources, mapped_executions(name, statuses, %s)
			where execution_sources.id = :source and (reason is not null or remark is not null)
			""".formatted(EXECUTIONS);

	/** Negative: what the source's table has brought knows better than a file. */
	private static final String STORE = """
			select store_executions((-:source)::smallint, %s, '{}')
			""".formatted(EXECUTIONS);

	/** Classes of SQL states that say that the data is at fault, not the database. */
	private static final Set<String> FAULTS_OF_DATA = Set.of("22", "23", "54", "P0");

	/** A wrong year, or some few old executions in a chunk, are not worth partitions. */
	private static final long WEEK_WORTH_A_PARTITION = 100;

	/** What the schema takes, from the first Monday to the last. */
	private static final LocalDate FIRST_WEEK = LocalDate.of(2000, 1, 3);

	private static final LocalDate END_OF_WEEKS = LocalDate.of(2099, 12, 28);

	/** The weeks for which a partition was made, or there was one. */
	private final Set<LocalDate> weeks = new HashSet<>();

	private final ExecutionSource source;

	private final JdbcClient jdbc;

	private final TransactionTemplate savepoint;

	private final WeeklyPartitions partitions;

	private final RejectsFile rejects;

	private final ImportProgress progress;

	ExecutionWriter(ExecutionSource source, JdbcClient jdbc, PlatformTransactionManager transactionManager,
			WeeklyPartitions partitions, RejectsFile rejects, ImportProgress progress) {
		this.source = source;
		this.jdbc = jdbc;
		this.savepoint = new TransactionTemplate(transactionManager,
				new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NESTED));
		this.partitions = partitions;
		this.rejects = rejects;
		this.progress = progress;
	}

	@Override
	public void open(ExecutionContext context) {
		try {
			this.rejects.cutTo(context.getLong(REJECTS_LENGTH, 0));
		}
		catch (IOException ex) {
			throw new ItemStreamException("The file of rejects cannot be written", ex);
		}
	}

	@Override
	public void write(Chunk<? extends ReadExecution> chunk) throws IOException {
		List<ReadExecution> readable = new ArrayList<>();
		List<FileRecord> rejected = new ArrayList<>();
		for (ReadExecution item : chunk) {
			if (item.isReadable()) {
				readable.add(item);
			}
			else {
				rejected.add(item.record());
			}
		}
		makePartitions(readable);
		Map<Long, Judgement> judgements = judge(readable);
		List<ReadExecution> fitting = new ArrayList<>();
		long incomplete = 0;
		for (int i = 0; i < readable.size(); i++) {
			Judgement judgement = judgements.get(i + 1L);
			if (judgement != null && judgement.reason() != null) {
				rejected.add(readable.get(i).record().withFault(judgement.reason()));
			}
			else {
				fitting.add(readable.get(i));
				incomplete += (judgement != null) ? 1 : 0;
			}
		}
		long written = store(fitting, rejected);
		rejected.sort(Comparator.comparingLong(FileRecord::line));
		this.rejects.add(rejected);
		this.progress.add(new ImportCounts(chunk.size(), written, incomplete, rejected.size()));
	}

	private void makePartitions(List<ReadExecution> executions) {
		Map<LocalDate, Long> weeks = executions.stream()
			.map((execution) -> execution.execution().started())
			.filter(Objects::nonNull)
			.map(ExecutionWriter::week)
			.filter((week) -> !week.isBefore(FIRST_WEEK) && week.isBefore(END_OF_WEEKS))
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
		weeks.values().removeIf((count) -> count < WEEK_WORTH_A_PARTITION);
		weeks.keySet().removeIf((week) -> !this.weeks.add(week));
		this.partitions.make(weeks.keySet());
	}

	private static LocalDate week(Instant start) {
		return start.atOffset(ZoneOffset.UTC).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
	}

	/** Returns what is wrong, by the number of the execution from 1. */
	private Map<Long, Judgement> judge(List<ReadExecution> executions) {
		return bind(JUDGE, executions).query(Judgement.class)
			.list()
			.stream()
			.collect(Collectors.toMap(Judgement::ordinal, Function.identity()));
	}

	/**
	 * Stores executions. Where the database refuses one of them, those of each half are
	 * stored, so that only this one is rejected.
	 * @return how many were new or changed
	 */
	private long store(List<ReadExecution> executions, List<FileRecord> rejected) {
		if (executions.isEmpty()) {
			return 0;
		}
		try {
			return Objects
				.requireNonNull(this.savepoint.execute((status) -> bind(STORE, executions).query(Long.class).single()));
		}
		catch (DataAccessException ex) {
			String refusal = refusal(ex);
			if (executions.size() == 1) {
				rejected.add(executions.getFirst().record().withFault(refusal));
				return 0;
			}
			int half = executions.size() / 2;
			return store(executions.subList(0, half), rejected)
					+ store(executions.subList(half, executions.size()), rejected);
		}
	}

	/**
	 * Returns why the database refuses what it was given, or throws what else is wrong.
	 */
	private static String refusal(DataAccessException failure) {
		if (failure.getMostSpecificCause() instanceof PSQLException cause && cause.getServerErrorMessage() != null
				&& cause.getSQLState() != null && FAULTS_OF_DATA.contains(cause.getSQLState().substring(0, 2))) {
			return String.valueOf(cause.getServerErrorMessage().getMessage());
		}
		throw failure;
	}

	private JdbcClient.StatementSpec bind(String sql, List<ReadExecution> executions) {
		return this.jdbc.sql(sql)
			.param("source", this.source.id())
			.param("keys", column(executions, ForeignExecution::key))
			.param("agents", column(executions, ForeignExecution::agent))
			.param("agentNames", column(executions, ForeignExecution::agentName))
			.param("users", column(executions, ForeignExecution::user))
			.param("statuses", column(executions, ForeignExecution::status))
			.param("started", column(executions, ForeignExecution::started))
			.param("ended", column(executions, ForeignExecution::ended))
			.param("durations", column(executions, ForeignExecution::durationMs))
			.param("errorTypes", column(executions, ForeignExecution::errorType))
			.param("errorMessages", column(executions, ForeignExecution::errorMessage))
			.param("versions", column(executions, ForeignExecution::version))
			.param("environments", column(executions, ForeignExecution::environment))
			.param("inputTokens", column(executions, ForeignExecution::inputTokens))
			.param("outputTokens", column(executions, ForeignExecution::outputTokens))
			.param("cachedInputTokens", column(executions, ForeignExecution::cachedInputTokens))
			.param("costs", column(executions, ForeignExecution::costUsd))
			.param("externalIds", column(executions, ForeignExecution::externalId));
	}

	private static @Nullable String[] column(List<ReadExecution> executions,
			Function<ForeignExecution, @Nullable Object> value) {
		@Nullable String[] column = new @Nullable String[executions.size()];
		for (int i = 0; i < column.length; i++) {
			Object cell = value.apply(executions.get(i).execution());
			column[i] = (cell != null) ? cell.toString() : null;
		}
		return column;
	}

	@Override
	public void update(ExecutionContext context) {
		try {
			context.putLong(REJECTS_LENGTH, this.rejects.length());
		}
		catch (IOException ex) {
			throw new ItemStreamException("The file of rejects cannot be written: " + ex.getMessage(), ex);
		}
	}

	/**
	 * What the database says of an execution.
	 *
	 * @param reason why it cannot be stored, null if it can
	 * @param remark what is stored without a value that is wrong
	 */
	private record Judgement(long ordinal, @Nullable String reason, @Nullable String remark) {
	}

}
