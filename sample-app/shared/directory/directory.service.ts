import { Injectable } from '@nestjs/common';
import { PEOPLE } from './people.js';
import type { Person } from './person.js';

/** Who is who. Server and Agent both read it; passwords are not in it. */
@Injectable()
export class DirectoryService {
  /** Everybody. */
  list(): readonly Person[] {
    return PEOPLE;
  }

  /** The person with this login, if there is one. */
  find(login: string): Person | undefined {
    return PEOPLE.find(person => person.login === login);
  }

  /**
   * The person with this login.
   *
   * @throws RangeError when there is none
   */
  get(login: string): Person {
    const person = this.find(login);
    if (!person) throw new RangeError(`Nobody has the login "${login}"`);
    return person;
  }
}
