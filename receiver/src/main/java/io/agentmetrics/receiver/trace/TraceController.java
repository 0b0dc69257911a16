package io.agentmetrics.receiver.trace;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

import io.agentmetrics.otlp.OtlpException;
import io.agentmetrics.otlp.OtlpFormat;
import io.agentmetrics.otlp.store.Receipt;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * Answers whatever is asked on the port of exporters.
 */
@Controller
class TraceController {

	private static final Logger logger = LoggerFactory.getLogger(TraceController.class);

	static final String TRACES = "/v1/traces";

	private final TraceReceiver receiver;

	private final WorkInProgress work;

	private final Duration bodyTimeout;

	TraceController(TraceReceiver receiver, ReceiverProperties properties, MeterRegistry meters) {
		this.receiver = receiver;
		this.work = new WorkInProgress(properties.requests(), Runtime.getRuntime().maxMemory());
		this.bodyTimeout = properties.bodyTimeout();
		meters.gauge("agent.metrics.receiver.requests.in.work", this.work, WorkInProgress::inWork);
	}

	@RequestMapping(TRACES)
	void traces(HttpServletRequest request, HttpServletResponse response) throws IOException {
		try (WorkInProgress.Request inWork = this.work.begin()) {
			if (!HttpMethod.POST.matches(request.getMethod())) {
				response.setHeader(HttpHeaders.ALLOW, HttpMethod.POST.name());
				throw new RefusedRequestException(RpcStatus.METHOD_NOT_ALLOWED, "Spans are sent with POST");
			}
			OtlpFormat format = format(request.getContentType());
			RequestBody body = RequestBody.open(request.getInputStream(),
					request.getHeader(HttpHeaders.CONTENT_ENCODING), inWork, this.bodyTimeout);
			answer(response, format, this.receiver.receive(format, body));
		}
		catch (RefusedRequestException ex) {
			if (ex.status() == RpcStatus.UNAVAILABLE) {
				SlowBodies.giveUp(request, response, String.valueOf(ex.getMessage()));
			}
			else {
				ex.status().answer(request, response, String.valueOf(ex.getMessage()));
			}
		}
		catch (OtlpException ex) {
			(ex.isTooLarge() ? RpcStatus.TOO_LARGE : RpcStatus.INVALID_ARGUMENT).answer(request, response,
					String.valueOf(ex.getMessage()));
		}
		catch (SQLException ex) {
			logger.atError()
				.addKeyValue("cause", ex.getMessage())
				.log("Spans could not be stored; they are sent again");
			RpcStatus.UNAVAILABLE.answer(request, response, "The spans could not be stored; send them again");
		}
	}

	@RequestMapping("/**")
	void anythingElse(HttpServletRequest request, HttpServletResponse response) throws IOException {
		RpcStatus.NOT_FOUND.answer(request, response,
				"Only traces are received, at %s: let the exporter send no metrics and no logs (OTEL_METRICS_EXPORTER=none, OTEL_LOGS_EXPORTER=none)"
					.formatted(TRACES));
	}

	private static OtlpFormat format(@Nullable String contentType) throws RefusedRequestException {
		if (RpcStatus.isProtobuf(contentType)) {
			return OtlpFormat.PROTOBUF;
		}
		if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_JSON_VALUE)) {
			return OtlpFormat.JSON;
		}
		throw new RefusedRequestException(RpcStatus.UNSUPPORTED, "The content type %s is not %s or %s"
			.formatted(contentType, RpcStatus.PROTOBUF, MediaType.APPLICATION_JSON_VALUE));
	}

	private static void answer(HttpServletResponse response, OtlpFormat format, Receipt receipt) throws IOException {
		response.setStatus(HttpServletResponse.SC_OK);
		byte[] body = switch (format) {
			case PROTOBUF -> protobuf(receipt);
			case JSON -> json(receipt);
		};
		response.setContentType(
				(format == OtlpFormat.PROTOBUF) ? RpcStatus.PROTOBUF.toString() : MediaType.APPLICATION_JSON_VALUE);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

	private static byte[] protobuf(Receipt receipt) {
		ExportTraceServiceResponse.Builder answer = ExportTraceServiceResponse.newBuilder();
		if (receipt.rejected() > 0) {
			answer.setPartialSuccess(ExportTracePartialSuccess.newBuilder()
				.setRejectedSpans(receipt.rejected())
				.setErrorMessage(receipt.rejections()));
		}
		return answer.build().toByteArray();
	}

	private static byte[] json(Receipt receipt) {
		return JsonMapper.shared()
			.writeValueAsBytes((receipt.rejected() > 0) ? Map.of("partialSuccess",
					// as 64-bit numbers are in the JSON of protocol buffers
					Map.of("rejectedSpans", String.valueOf(receipt.rejected()), "errorMessage", receipt.rejections()))
					: Map.of());
	}

}
