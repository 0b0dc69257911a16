package io.agentmetrics.api.limit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.Principal;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemResponse;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Begins and ends the {@link RequestWork} of each request. It comes after all filters
 * that may refuse a request without reading its body.
 */
@Component
final class RequestFilter extends OncePerRequestFilter {

	private final RequestWorks works;

	private final Bodies bodies;

	private final ClientConnections clients;

	RequestFilter(RequestWorks works, Bodies bodies, ClientConnections clients) {
		this.works = works;
		this.bodies = bodies;
		this.clients = clients;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		RequestWork work = this.works.open(client(request));
		try {
			Bodies.Body body;
			try {
				body = this.bodies.read(request);
			}
			catch (ProblemException ex) {
				ProblemResponse.write(request, response, ex.problem());
				return;
			}
			work.atEnd(body::giveBack);
			if (body.complete()) {
				work.watch(this.clients.of(request));
			}
			RequestWork.current.set(work);
			chain.doFilter(new ReadRequest(request, body.bytes()), response);
		}
		finally {
			RequestWork.current.remove();
			if (request.isAsyncStarted()) {
				request.getAsyncContext().addListener(new End(work));
			}
			else {
				work.finish();
			}
		}
	}

	private static String client(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		return (principal != null) ? "subject " + principal.getName() : "address " + request.getRemoteAddr();
	}

	/**
	 * Ends the work when the answer has been sent.
	 */
	private record End(RequestWork work) implements AsyncListener {

		@Override
		public void onComplete(AsyncEvent event) {
			this.work.finish();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			this.work.finish();
		}

		@Override
		public void onError(AsyncEvent event) {
			this.work.finish();
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

	}

	/**
	 * A request whose body has been read.
	 */
	private static final class ReadRequest extends HttpServletRequestWrapper {

		private final ReadBody body;

		ReadRequest(HttpServletRequest request, byte[] body) {
			super(request);
			this.body = new ReadBody(body);
		}

		@Override
		public ServletInputStream getInputStream() {
			return this.body;
		}

	}

	/**
	 * A body that is in memory.
	 */
	private static final class ReadBody extends ServletInputStream {

		private final ByteArrayInputStream bytes;

		ReadBody(byte[] bytes) {
			this.bytes = new ByteArrayInputStream(bytes);
		}

		@Override
		public boolean isFinished() {
			return this.bytes.available() == 0;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new UnsupportedOperationException("The body has been read");
		}

		@Override
		public int read() {
			return this.bytes.read();
		}

		@Override
		public int read(byte[] target, int offset, int length) {
			return this.bytes.read(target, offset, length);
		}

	}

}
