package io.agentmetrics.otlp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The runs of agents that the spans of one trace are. They depend on which spans there
 * are, and neither on when they came nor on how often.
 */
public final class TraceRuns {

	private static final int NOBODY = -1;

	/** In one order, whatever theirs was. */
	private final TraceSpan[] spans;

	/** The position of each one's parent. */
	private final int[] parents;

	/** The positions, parents before children. */
	private final int[] order;

	/** The position of the run that each one belongs to, which may be its own. */
	private final int[] runs;

	/** Those that are told by another span as well. */
	private final boolean[] merged;

	private final TokenUsage[] tokens;

	private final boolean sameNameIsSameRun;

	private TokenUsage otherTokens = TokenUsage.NONE;

	private TraceRuns(TraceSpan[] spans, boolean sameNameIsSameRun) {
		this.spans = spans;
		this.sameNameIsSameRun = sameNameIsSameRun;
		this.parents = parents(spans);
		cutCycles();
		this.order = order();
		this.runs = new int[spans.length];
		this.merged = new boolean[spans.length];
		this.tokens = new TokenUsage[spans.length];
		Arrays.fill(this.tokens, TokenUsage.NONE);
	}

	/**
	 * Finds the runs of a trace.
	 * @param received spans of one trace, each any number of times
	 * @param sameNameIsSameRun whether a run inside a run of the same agent is the same
	 * run
	 */
	public static TraceRuns of(Collection<TraceSpan> received, boolean sameNameIsSameRun) {
		// as they came, which is nearly the order of their starts: so they are sorted at
		// once
		Map<String, TraceSpan> spans = LinkedHashMap.newLinkedHashMap(received.size());
		received.forEach((span) -> spans.merge(span.spanId(), span, TraceSpan::merge));
		TraceSpan[] inOrder = spans.values().toArray(TraceSpan[]::new);
		Arrays.sort(inOrder, TraceRuns::compareStarts);
		TraceRuns trace = new TraceRuns(inOrder, sameNameIsSameRun);
		trace.findRuns();
		trace.countTokens();
		return trace;
	}

	private static int compareStarts(TraceSpan one, TraceSpan other) {
		int starts = one.start().compareTo(other.start());
		return (starts != 0) ? starts : one.spanId().compareTo(other.spanId());
	}

	/** Returns the runs in the order of their starts. */
	public List<AgentRun> runs() {
		@Nullable String[] users = users();
		List<AgentRun> found = new ArrayList<>();
		for (int i = 0; i < this.spans.length; i++) {
			if (this.runs[i] == i) {
				TraceSpan span = this.spans[i];
				found.add(new AgentRun(span, Objects.requireNonNull(span.agentKey()),
						Objects.requireNonNull(span.agent()), users[i], this.tokens[i]));
			}
		}
		return found;
	}

	/** Returns the ids of the spans that are told by the span of a run as well. */
	public List<String> merged() {
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < this.spans.length; i++) {
			if (this.merged[i]) {
				ids.add(this.spans[i].spanId());
			}
		}
		return ids;
	}

	/** Returns the tokens of model calls that no run made. */
	public TokenUsage otherTokens() {
		return this.otherTokens;
	}

	private static int[] parents(TraceSpan[] spans) {
		Map<String, Integer> positions = new HashMap<>();
		for (int i = 0; i < spans.length; i++) {
			positions.put(spans[i].spanId(), i);
		}
		int[] parents = new int[spans.length];
		for (int i = 0; i < spans.length; i++) {
			parents[i] = positions.getOrDefault(Objects.requireNonNullElse(spans[i].parentId(), ""), NOBODY);
		}
		return parents;
	}

	/** Of spans in a circle the first one has no parent. */
	private void cutCycles() {
		// the path by which each was reached; their own first one is met again in a
		// circle
		int[] paths = new int[this.spans.length];
		for (int i = 0; i < this.spans.length; i++) {
			int position = i;
			while (position != NOBODY && paths[position] == 0) {
				paths[position] = i + 1;
				position = this.parents[position];
			}
			if (position != NOBODY && paths[position] == i + 1) {
				int first = position;
				for (int next = this.parents[position]; next != position; next = this.parents[next]) {
					first = Math.min(first, next);
				}
				this.parents[first] = NOBODY;
			}
		}
	}

	private int[] order() {
		List<List<Integer>> children = new ArrayList<>();
		Deque<Integer> next = new ArrayDeque<>();
		for (int i = 0; i < this.spans.length; i++) {
			children.add(new ArrayList<>(0));
		}
		for (int i = 0; i < this.spans.length; i++) {
			if (this.parents[i] == NOBODY) {
				next.add(i);
			}
			else {
				children.get(this.parents[i]).add(i);
			}
		}
		int[] order = new int[this.spans.length];
		for (int i = 0; i < order.length; i++) {
			order[i] = next.remove();
			next.addAll(children.get(order[i]));
		}
		return order;
	}

	private void findRuns() {
		SpanRole[] roles = roles();
		boolean[] aroundAgent = aroundAgents(roles);
		boolean[] calls = calls(roles);
		for (int i : this.order) {
			int outer = (this.parents[i] != NOBODY) ? this.runs[this.parents[i]] : NOBODY;
			boolean isRun = switch (roles[i]) {
				case AGENT -> {
					this.merged[i] = calls[i] || this.sameNameIsSameRun && outer != NOBODY
							&& this.spans[outer].isOfSameAgent(this.spans[i]);
					yield !this.merged[i];
				}
				case WORKFLOW -> outer == NOBODY && !aroundAgent[i] && this.spans[i].agent() != null;
				case MODEL_CALL, STEP, OTHER -> false;
			};
			this.runs[i] = isRun ? i : outer;
		}
	}

	/**
	 * What has steps, and is none itself, is a workflow. A step in which those of another
	 * agent begin is that agent.
	 */
	private SpanRole[] roles() {
		SpanRole[] roles = Arrays.stream(this.spans).map(TraceSpan::role).toArray(SpanRole[]::new);
		for (int i = 0; i < roles.length; i++) {
			TraceSpan span = this.spans[i];
			int parent = this.parents[i];
			if (span.role() == SpanRole.STEP && parent != NOBODY) {
				if (this.spans[parent].role() == SpanRole.OTHER) {
					roles[parent] = SpanRole.WORKFLOW;
				}
				else if (this.spans[parent].role() == SpanRole.STEP && span.agent() != null
						&& !Objects.equals(span.agent(), this.spans[parent].agent())) {
					roles[i] = SpanRole.AGENT;
				}
			}
		}
		return roles;
	}

	private boolean[] aroundAgents(SpanRole[] roles) {
		boolean[] around = new boolean[this.spans.length];
		for (int k = this.order.length - 1; k >= 0; k--) {
			int parent = this.parents[this.order[k]];
			if (parent != NOBODY && (around[this.order[k]] || roles[this.order[k]] == SpanRole.AGENT)) {
				around[parent] = true;
			}
		}
		return around;
	}

	/** The caller's spans of runs that tell of themselves. */
	private boolean[] calls(SpanRole[] roles) {
		boolean[] calls = new boolean[this.spans.length];
		int[] nearest = new int[this.spans.length];
		for (int i : this.order) {
			int outer = (this.parents[i] != NOBODY) ? nearest[this.parents[i]] : NOBODY;
			nearest[i] = (roles[i] == SpanRole.AGENT) ? i : outer;
			if (roles[i] == SpanRole.AGENT && outer != NOBODY && this.spans[outer].client() && !this.spans[i].client()
					&& Objects.equals(this.spans[outer].agent(), this.spans[i].agent())) {
				calls[outer] = true;
			}
		}
		return calls;
	}

	/**
	 * Each call of a model counts once: the outermost span of a run that says it is one,
	 * or else the innermost that has tokens. Tokens of runs inside take nothing away from
	 * a call that began them, but the sum that an agent tells may have them in it.
	 */
	private void countTokens() {
		boolean[] insideCall = new boolean[this.spans.length];
		for (int i : this.order) {
			int parent = this.parents[i];
			insideCall[i] = parent != NOBODY && this.runs[i] != i && (insideCall[parent]
					|| this.spans[parent].role() == SpanRole.MODEL_CALL && this.spans[parent].tokens().isReported());
		}
		boolean[] counted = new boolean[this.spans.length];
		boolean[] countedForRun = new boolean[this.spans.length];
		for (int k = this.order.length - 1; k >= 0; k--) {
			int i = this.order[k];
			TokenUsage own = this.spans[i].tokens();
			boolean again = switch (this.spans[i].role()) {
				case MODEL_CALL -> false;
				case AGENT, WORKFLOW -> counted[i];
				case STEP, OTHER -> (this.runs[i] == i) ? counted[i] : countedForRun[i];
			};
			if (!insideCall[i] && own.isReported() && !again) {
				counted[i] = true;
				countedForRun[i] = true;
				if (this.runs[i] != NOBODY) {
					this.tokens[this.runs[i]] = this.tokens[this.runs[i]].plus(own);
				}
				else {
					this.otherTokens = this.otherTokens.plus(own);
				}
			}
			int parent = this.parents[i];
			if (parent != NOBODY) {
				counted[parent] |= counted[i];
				countedForRun[parent] |= countedForRun[i] && this.runs[parent] == this.runs[i];
			}
		}
	}

	/** Of each span, for whom it or the nearest one around it ran that says so. */
	private @Nullable String[] users() {
		@Nullable String[] users = new @Nullable String[this.spans.length];
		for (int i : this.order) {
			String own = this.spans[i].user();
			users[i] = (own != null || this.parents[i] == NOBODY) ? own : users[this.parents[i]];
		}
		return users;
	}

}
