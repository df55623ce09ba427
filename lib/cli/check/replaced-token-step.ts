import type { DiagnosisStep } from './diagnosis-step.js';

/** What is to be said where the check has got another refresh token, as an application would. */
export function replacedTokenStep(): DiagnosisStep {
  return {
    step: 'token',
    status: 'warning',
    message:
      'The token endpoint has given another refresh token for the one in the settings, which it may refuse from now on; check stores none',
    advice: 'Sign in anew and set RefreshToken, if the application is refused from now on',
  };
}
