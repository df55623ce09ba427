import type { Server } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { HttpAdapterHost } from '@nestjs/core';

/** Where the reader of a mail finds this Server. Never taken from a request, whose Host header anybody can write. */
@Injectable()
export class PublicAddress {
  constructor(
    private readonly config: ConfigService,
    private readonly host: HttpAdapterHost,
  ) {}

  /** The address without a slash at its end. */
  get uri(): string {
    const configured: unknown = this.config.get('Server.PublicUri');
    if (typeof configured === 'string' && configured !== '') return configured.replace(/\/+$/, '');
    const server: Server = this.host.httpAdapter.getHttpServer();
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The Server does not listen yet');
    const everywhere = address.address === '0.0.0.0' || address.address === '::';
    const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${everywhere ? 'localhost' : name}:${address.port}`;
  }
}
