package io.agentmetrics.receiver.startup;

import io.agentmetrics.db.SuitableDatabase;
import io.agentmetrics.receiver.security.TokenSettings;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Refuses to start without a database, and without a way to check tokens unless only this
 * machine reaches it. It comes before anything else looks for these settings.
 */
@Component
final class SettingsRequirement implements BeanFactoryPostProcessor {

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		Environment environment = beans.getBean(Environment.class);
		SuitableDatabase.requirePostgres(environment.getProperty("spring.datasource.url"));
		TokenSettings tokens = TokenSettings.of(environment);
		if (!tokens.areConsistent()) {
			throw new MissingSettingException(
					"AGENT_METRICS_SECURITY_WRITE_MODE is jwt, or none where no issuer and no audience of tokens is set, not \"%s\""
						.formatted(tokens.mode()));
		}
		if (tokens.areNeeded() && !tokens.canBeChecked()) {
			throw new MissingSettingException(
					"Other machines reach %s, and no token can be checked: set AGENT_METRICS_SECURITY_ISSUER_URI or "
						.formatted(tokens.address())
							+ "AGENT_METRICS_SECURITY_JWK_SET_URI, and AGENT_METRICS_SECURITY_AUDIENCE, or SERVER_ADDRESS=127.0.0.1");
		}
	}

}
