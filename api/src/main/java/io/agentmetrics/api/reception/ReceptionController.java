package io.agentmetrics.api.reception;

import java.util.List;
import java.util.Optional;

import io.agentmetrics.api.graphql.Immediate;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.WindowInput;
import io.agentmetrics.api.problem.Arguments;
import org.jspecify.annotations.Nullable;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.stereotype.Controller;

/**
 * Answers queries for what became of the spans that came in.
 */
@Controller
final class ReceptionController {

	/** Of name space and name together. */
	private static final int LONGEST_SERVICE = 500;

	private final ReceptionSource source;

	ReceptionController(ReceptionSource source) {
		this.source = source;
	}

	@QueryMapping
	ReceivedSpans receivedSpans(@Argument @Nullable String service, @Argument @Nullable TimeRange timeRange,
			@Argument @Nullable WindowInput between) {
		Optional<String> asked = Optional.ofNullable(service)
			.map((name) -> Arguments.text("service", name, LONGEST_SERVICE));
		return this.source.receivedSpans(new ReceptionQuestion(asked, Period.of(timeRange, between)));
	}

	@SchemaMapping
	List<ServiceSpans> services(ReceivedSpans answer, @Argument int first) {
		return this.source.services(answer.question(), Arguments.first(first));
	}

	@SchemaMapping
	List<HourSpans> hours(ReceivedSpans answer, @Argument int first) {
		return this.source.hours(answer.question(), Arguments.first(first));
	}

	@SchemaMapping
	@Immediate
	static List<SpanRejection> rejections(SpanOutcomes outcomes, @Argument int first) {
		return outcomes.rejections(Arguments.first(first));
	}

}
