package io.agentmetrics.api.startup;

/**
 * Nobody has said whose tokens are good.
 */
final class SecurityNotConfiguredException extends RuntimeException {

	SecurityNotConfiguredException() {
		super("No token can be checked: set AGENT_METRICS_SECURITY_ISSUER_URI or AGENT_METRICS_SECURITY_JWK_SET_URI, "
				+ "and AGENT_METRICS_SECURITY_AUDIENCE, or AGENT_METRICS_SECURITY_MODE=none to let anybody read.");
	}

}
