package io.agentmetrics.api.startup;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Refuses to start unprotected, unless that is asked for.
 */
@Component
final class SecurityRequirement implements BeanFactoryPostProcessor {

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		Environment environment = beans.getBean(Environment.class);
		boolean keys = isSet(environment, "issuer-uri") || isSet(environment, "jwk-set-uri");
		if ("jwt".equalsIgnoreCase(environment.getProperty("agent-metrics.security.mode", "jwt"))
				&& !(keys && isSet(environment, "audience"))) {
			throw new SecurityNotConfiguredException();
		}
	}

	private static boolean isSet(Environment environment, String name) {
		return StringUtils.hasText(environment.getProperty("agent-metrics.security." + name));
	}

}
