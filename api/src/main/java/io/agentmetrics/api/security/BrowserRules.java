package io.agentmetrics.api.security;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.web.header.HeaderWriter;
import org.springframework.security.web.header.writers.ContentSecurityPolicyHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/**
 * The headers that restrict browsers: they load and run nothing but our own files, and
 * show them in no other page's frame.
 */
final class BrowserRules {

	private static final HeaderWriter PAGE = new ContentSecurityPolicyHeaderWriter(
			"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
					+ "frame-ancestors 'none'");

	/** GraphiQL's page has its script inside, and its editor makes styles as it goes. */
	private static final HeaderWriter GRAPHIQL = new ContentSecurityPolicyHeaderWriter(
			"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
					+ "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; "
					+ "form-action 'none'; frame-ancestors 'none'");

	private BrowserRules() {
	}

	static void write(HeadersConfigurer<HttpSecurity> headers) {
		headers.referrerPolicy((policy) -> policy.policy(ReferrerPolicy.NO_REFERRER))
			.addHeaderWriter((request, response) -> (request.getServletPath().equals("/graphiql") ? GRAPHIQL : PAGE)
				.writeHeaders(request, response));
	}

}
