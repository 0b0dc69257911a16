// What each framework does: four runs, of which the third has to fail
export async function run({ greeter, forecaster, unlucky, coordinator }) {
	console.log('greeter:', await greeter());
	console.log('forecaster:', await forecaster());
	const failure = await unlucky().then(
		() => undefined,
		(error) => error,
	);
	if (!failure) {
		throw new Error('The run whose model is broken did not fail');
	}
	console.log('unlucky:', failure.name, failure.message);
	console.log('coordinator:', await coordinator());
}

export function forecast() {
	throw new TypeError('There is no weather today');
}

export const modelUrl = process.env.MODEL_URL;
