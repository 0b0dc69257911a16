package io.agentmetrics.api.startup;

import io.agentmetrics.db.SuitableDatabase;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Refuses to start without a database, and without a way to check tokens unless the API
 * is to be open. It comes before anything else looks for these settings.
 */
@Component
final class SettingsRequirement implements BeanFactoryPostProcessor {

	private static final String SECURITY = "agent-metrics.security.";

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		Environment environment = beans.getBean(Environment.class);
		SuitableDatabase.requirePostgres(environment.getProperty("spring.datasource.url"));
		boolean keys = isSet(environment, "issuer-uri") || isSet(environment, "jwk-set-uri");
		if ("jwt".equalsIgnoreCase(environment.getProperty(SECURITY + "mode", "jwt"))
				&& !(keys && isSet(environment, "audience"))) {
			throw new MissingSettingException("No token can be checked: set AGENT_METRICS_SECURITY_ISSUER_URI or "
					+ "AGENT_METRICS_SECURITY_JWK_SET_URI, and AGENT_METRICS_SECURITY_AUDIENCE, or "
					+ "AGENT_METRICS_SECURITY_MODE=none to let anybody read.");
		}
	}

	private static boolean isSet(Environment environment, String name) {
		return StringUtils.hasText(environment.getProperty(SECURITY + name));
	}

}
