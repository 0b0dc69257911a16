package io.agentmetrics.receiver.trace;

import io.micrometer.common.KeyValue;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;

/**
 * Counts a request for traces as one, also if it is refused before anything looks for its
 * controller: without keys for tokens none gets that far.
 */
@Component
final class RequestConvention extends DefaultServerRequestObservationConvention {

	@Override
	protected KeyValue uri(ServerRequestObservationContext context) {
		HttpServletRequest request = context.getCarrier();
		boolean isForTraces = request != null && TraceController.TRACES.equals(request.getRequestURI());
		return isForTraces ? KeyValue.of("uri", TraceController.TRACES) : super.uri(context);
	}

}
