import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { appsettings } from 'nest-mailroom';

/**
 * The settings of an application: its `appsettings.json` and the environment over it. The environment is a parameter
 * because the demo runs two applications in one process, each with its own.
 */
export async function configuration(file: string, env: NodeJS.ProcessEnv): Promise<DynamicModule> {
  return ConfigModule.forRoot({
    isGlobal: true,
    ignoreEnvFile: true,
    skipProcessEnv: true,
    load: [appsettings(file, env)],
  });
}
