package io.agentmetrics.api.graphql;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.transaction.TransactionException;

/**
 * Loads answers about agents in batches: all agents of a request about which the same is
 * asked are read together. If the stored data of one agent cannot be used, each half of
 * them is read again, so that only this agent has no answer.
 */
public final class AgentLoader {

	private static final Logger logger = LoggerFactory.getLogger(AgentLoader.class);

	private AgentLoader() {
	}

	/**
	 * Registers a loader. Its values are suppliers: that of an agent whose stored data
	 * cannot be used throws {@link ProblemKind#CORRUPT_DATA}.
	 * @param name the name of the loader, and of the parameters that it is injected into
	 * @param read answers a question about some agents: each of them has an answer
	 * @param <Q> what is asked
	 */
	public static <Q, V> void register(BatchLoaderRegistry loaders, String name,
			BiFunction<List<UUID>, Q, Map<UUID, V>> read) {
		loaders.<Key<Q>, Supplier<V>>forName(name)
			.registerMappedBatchLoader((keys, environment) -> Mono.fromCallable(() -> load(keys, read)));
	}

	/**
	 * Registers a loader of lists: agents that {@code read} leaves out have empty ones.
	 */
	public static <Q, E> void registerLists(BatchLoaderRegistry loaders, String name,
			BiFunction<List<UUID>, Q, Map<UUID, List<E>>> read) {
		AgentLoader.<Q, List<E>>register(loaders, name, (agents, question) -> {
			Map<UUID, List<E>> lists = new HashMap<>(read.apply(agents, question));
			agents.forEach((agent) -> lists.putIfAbsent(agent, List.of()));
			return lists;
		});
	}

	static <Q, V> Map<Key<Q>, Supplier<V>> load(Set<Key<Q>> keys, BiFunction<List<UUID>, Q, Map<UUID, V>> read) {
		Map<Q, List<UUID>> agents = keys.stream()
			.collect(Collectors.groupingBy(Key::question, Collectors.mapping(Key::agentId, Collectors.toList())));
		Map<Key<Q>, Supplier<V>> answers = HashMap.newHashMap(keys.size());
		agents.forEach((question, asked) -> load(asked, question, read, answers));
		return answers;
	}

	private static <Q, V> void load(List<UUID> agents, Q question, BiFunction<List<UUID>, Q, Map<UUID, V>> read,
			Map<Key<Q>, Supplier<V>> answers) {
		try {
			read.apply(agents, question)
				.forEach((agent, answer) -> answers.put(new Key<>(agent, question), () -> answer));
		}
		catch (RuntimeException ex) {
			if (!isDueToData(ex)) {
				throw ex;
			}
			if (agents.size() > 1) {
				load(agents.subList(0, agents.size() / 2), question, read, answers);
				load(agents.subList(agents.size() / 2, agents.size()), question, read, answers);
				return;
			}
			logger.atError()
				.addKeyValue("agent", agents.getFirst())
				.setCause(ex)
				.log("What is stored for an agent cannot be calculated with");
			answers.put(new Key<>(agents.getFirst(), question), () -> {
				throw new ProblemException(ProblemKind.CORRUPT_DATA,
						"What is stored for this agent cannot be calculated with; the log has the cause.");
			});
		}
	}

	private static boolean isDueToData(RuntimeException failure) {
		return switch (failure) {
			case DataIntegrityViolationException _ -> true;
			case ProblemException _, DataAccessException _, TransactionException _ -> false;
			default -> true;
		};
	}

	/**
	 * One question about one agent.
	 *
	 * @param <Q> what is asked
	 */
	public record Key<Q>(UUID agentId, Q question) {
	}

}
