/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
        },
      },
    ],
  },
  // The package is made of ES modules, which Jest cannot load by require: they are compiled like the tests.
  transformIgnorePatterns: ['/node_modules/(?!.*nest-mailroom/)'],
};
