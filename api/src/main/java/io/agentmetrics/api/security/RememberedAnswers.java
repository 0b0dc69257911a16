package io.agentmetrics.api.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Limits requests to the token issuer to two per address and interval, however many
 * tokens need keys: after that the last answer is repeated, also if it was a failure. The
 * second request is for keys that have just changed.
 */
final class RememberedAnswers implements ClientHttpRequestInterceptor {

	private static final int MOST = 2;

	private final Duration interval;

	private final Map<URI, Remembered> answers = new ConcurrentHashMap<>();

	RememberedAnswers(Duration interval) {
		this.interval = interval;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		return this.answers.computeIfAbsent(request.getURI(), (address) -> new Remembered())
			.get(request, body, execution);
	}

	/**
	 * The last answer of one address.
	 */
	private final class Remembered {

		private final ReentrantLock lock = new ReentrantLock();

		private @Nullable Answer answer;

		private @Nullable IOException failure;

		private long intervalStart;

		private int asked;

		ClientHttpResponse get(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
				throws IOException {
			this.lock.lock();
			try {
				if (this.asked == 0
						|| System.nanoTime() - this.intervalStart > RememberedAnswers.this.interval.toNanos()) {
					this.intervalStart = System.nanoTime();
					this.asked = 0;
				}
				if (this.asked < MOST) {
					this.asked++;
					ask(request, body, execution);
				}
				if (this.failure != null) {
					throw new IOException(this.failure.getMessage(), this.failure);
				}
				return new Repeated(Objects.requireNonNull(this.answer));
			}
			finally {
				this.lock.unlock();
			}
		}

		private void ask(HttpRequest request, byte[] body, ClientHttpRequestExecution execution) {
			this.answer = null;
			this.failure = null;
			try (ClientHttpResponse response = execution.execute(request, body)) {
				this.answer = new Answer(response.getStatusCode(), response.getStatusText(), response.getHeaders(),
						response.getBody().readAllBytes());
			}
			catch (IOException ex) {
				this.failure = ex;
			}
		}

	}

	/**
	 * A response of an address.
	 */
	private record Answer(HttpStatusCode status, String statusText, HttpHeaders headers, byte[] body) {

	}

	/**
	 * A response that is repeated.
	 */
	private record Repeated(Answer answer) implements ClientHttpResponse {

		@Override
		public HttpStatusCode getStatusCode() {
			return this.answer.status();
		}

		@Override
		public String getStatusText() {
			return this.answer.statusText();
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.answer.headers();
		}

		@Override
		public InputStream getBody() {
			return new ByteArrayInputStream(this.answer.body());
		}

		@Override
		public void close() {
			// nothing is open
		}

	}

}
