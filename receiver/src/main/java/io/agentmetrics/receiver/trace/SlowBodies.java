package io.agentmetrics.receiver.trace;

import java.io.IOException;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.coyote.http11.AbstractHttp11Protocol;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Makes Tomcat end a read of a body when its client is silent, and read no more of a body
 * that was given up. Of any other body that is refused it reads the rest, since exporters
 * look for an answer only when they have written all.
 */
@Component
final class SlowBodies implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	/** The attribute of a request with the reason why its body was given up. */
	private static final String GIVEN_UP = SlowBodies.class.getName() + ".givenUp";

	/** Bytes of the line that ends a chunked body, which Tomcat counts as a trailer. */
	private static final int EMPTY_LINE = 2;

	private final int silenceMillis;

	SlowBodies(ReceiverProperties properties) {
		this.silenceMillis = Math.toIntExact(RequestBody.silence(properties.bodyTimeout()).toMillis());
	}

	/**
	 * Answers a request once the application is done with it, and hangs up.
	 * @param reason why no more of its body is read
	 */
	static void giveUp(HttpServletRequest request, HttpServletResponse response, String reason) {
		request.setAttribute(GIVEN_UP, reason);
		// requests are counted before they are answered
		response.setStatus(RpcStatus.UNAVAILABLE.httpStatus());
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		factory.addConnectorCustomizers((connector) -> {
			if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
				http.setDisableUploadTimeout(false);
				http.setConnectionUploadTimeout(this.silenceMillis);
				// read within one read() of the body, byte by byte if a client likes
				http.setMaxExtensionSize(0);
				http.setMaxTrailerSize(EMPTY_LINE);
			}
		});
		factory.addContextValves(new Answer());
	}

	/**
	 * Answers in place of Tomcat, which says 408 of a silent client: exporters never send
	 * such a request again.
	 */
	private static final class Answer extends ValveBase {

		Answer() {
			super(true);
		}

		@Override
		public void invoke(Request request, Response response) throws IOException, ServletException {
			getNext().invoke(request, response);
			if (request.getAttribute(GIVEN_UP) instanceof String reason) {
				request.removeAttribute(RequestDispatcher.ERROR_EXCEPTION);
				response.setSuspended(false);
				response.reset();
				response.resetError();
				RpcStatus.UNAVAILABLE.answer(request, response, reason);
				request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
			}
		}

	}

}
