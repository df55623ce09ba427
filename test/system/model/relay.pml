/*
 * The protocol by which relays share a pickup directory: who has a mail, and what is on the disk when a relay is killed.
 * docs/relay-model.md puts each step beside the code that it stands for.
 *
 * Every `d_step` is one system call, or one thing that the server does; relays interleave between any two of them, and a
 * kill may come between any two. A mail is one file (inode) with as many names as it has bits set in the places below.
 *
 * Of a mail it is asked: is it lost, do two relays have it, does it go out again without having been in doubt at a kill,
 * is more in doubt at a kill than may be, and does it get where it belongs when the kills are over?
 */

#ifndef MAILS
#define MAILS 2
#endif
#ifndef RELAYS
#define RELAYS 2
#endif
#ifndef RECIPIENTS
#define RECIPIENTS 1
#endif
#ifndef KILLS
#define KILLS 1
#endif
#ifndef UNCONFIRMED
#define UNCONFIRMED 1
#endif
/* Mails that the server answers with 4xx, and mails that are given back untried, as in a pause. */
#ifndef DEFERRALS
#define DEFERRALS 1
#endif
/* Mails that the server answers with 5xx. */
#ifndef REFUSALS
#define REFUSALS 0
#endif
/* How often a relay may take a dead relay's folder from another one that is just emptying it. */
#ifndef ROBBERIES
#define ROBBERIES 1
#endif

#define EVERYBODY ((1 << RECIPIENTS) - 1)
/* In the state of a mail: the server has refused it for good. */
#define REFUSAL (1 << RECIPIENTS)
/* Each life of a relay has a folder of its own. */
#define FOLDERS 4
#define NONE 255

#define HAS(places, m) (((places) >> (m)) & 1)
#define ADD(places, m) places = places | (1 << (m))
#define DROP(places, m) places = places & ~(1 << (m))

/* The names of mails: one bit a mail. */
byte pickup = (1 << MAILS) - 1;
byte badmail;
byte claimed[FOLDERS];
#define NAMES(m) (HAS(pickup, m) + HAS(badmail, m) + HAS(claimed[0], m) + HAS(claimed[1], m) \
  + HAS(claimed[2], m) + HAS(claimed[3], m))

/* The records: of each relay the journal, of each mail the recipients that its state says have it. */
byte journal[FOLDERS];
byte state[MAILS];
#ifdef POWER
/* After a loss of power: the entries that are on the disk, the folder from which a mail was removed last, and the mails whose removal
   is on the disk. */
byte flushed[FOLDERS];
byte removedFrom[MAILS] = NONE;
byte goneForGood;
#define NOTE_REMOVAL(m, d) removedFrom[m] = d
/* A relay looks at what dead ones have left, then at the pickup directory: FolderScan.run. With one relay this is exact. */
#define MAY_LOOK (!(made[0] && dead[0]) && !(made[1] && dead[1]) && !(made[2] && dead[2]) && !(made[3] && dead[3]))
#else
#define NOTE_REMOVAL(m, d)
#define MAY_LOOK true
#endif

/* Folders of relays: whether they are there, of a dead relay, and who is emptying it. */
bool made[FOLDERS];
bool dead[FOLDERS];
byte emptiedBy[FOLDERS] = NONE;
byte robberies;

/* Relays: whether it runs, whether it stays away after a kill, and its folder. */
bool up[RELAYS] = true;
bool away[RELAYS];
byte own[RELAYS];
#if RELAYS == 1
#define OTHER_STAYS(r) false
#define OTHER_HOLDS(r, m) false
#else
#define OTHER_STAYS(r) (!away[1 - (r)])
#define OTHER_HOLDS(r, m) IS_HOLDING(AT(1 - (r), m))
#endif

/* What the server has done: recipients that have a mail, ends that it was sent by relays that are dead now. */
byte has[MAILS];
byte late[RELAYS * MAILS];
byte deferrals;
byte refusals;

/* Kills so far; and of each recipient of each mail, how many of them may make it go out again: those at which it was in doubt. */
byte kills;
byte inDoubt[MAILS * RECIPIENTS];
#define IN_DOUBT(m, n) inDoubt[(m) * RECIPIENTS + (n)]
#ifdef COUNTED
/* Instead of which mails went out again it is only asked how many. */
byte doubles;
#endif

/* Where a relay is with a mail. */
#define IDLE 0
#define SEEN 1
#define MOVED 2
#define OWNED 3
#define ENDED 4
#define TAKEN 5
#define TAKEN_IN_PART 6
#define DEFERRED 7
#define REFUSED 8
#define WRITTEN 9
#define JOURNALED 10
#define STATELESS 11
#define REJECTED 12
#define IN_BADMAIL 13
#define UNCLAIMED 14
#define RETURNING 15
#define RETURNED 16
/* Only with the mutation JOURNAL_LAST. */
#define UNRECORDED 17
byte at[RELAYS * MAILS];
#define AT(r, m) at[(r) * MAILS + (m)]

/* Its end was sent, and what came of it is not on the disk. */
#define IS_UNCONFIRMED(phase) ((phase) >= ENDED && (phase) <= WRITTEN)
#define IS_HOLDING(phase) ((phase) >= OWNED && (phase) <= REJECTED)
#if MAILS == 1
#define UNCONFIRMED_OF(r) IS_UNCONFIRMED(AT(r, 0))
#elif MAILS == 2
#define UNCONFIRMED_OF(r) (IS_UNCONFIRMED(AT(r, 0)) + IS_UNCONFIRMED(AT(r, 1)))
#else
#define UNCONFIRMED_OF(r) (IS_UNCONFIRMED(AT(r, 0)) + IS_UNCONFIRMED(AT(r, 1)) + IS_UNCONFIRMED(AT(r, 2)))
#endif

/* A relay that empties the folder of a dead one: where it is, with which folder, which mail, and what it read. */
#define RESTING 0
#define TAKEN_OVER 1
#define READ 2
#define GIVING_BACK 3
#define SURPLUS 4
#define EMPTIED 5
byte keeping[RELAYS];
byte from[RELAYS];
byte with[RELAYS];
byte delivered[RELAYS];
/* Another relay has renamed the folder meanwhile: every path into it leads nowhere. */
#define IS_ROBBED(r) (emptiedBy[from[r]] != r)
#ifdef TAKES_THE_LIVING
#define IS_LEFT(d) (made[d] && d != own[r] && emptiedBy[d] == NONE)
#else
#define IS_LEFT(d) (made[d] && dead[d] && (emptiedBy[d] == NONE || (emptiedBy[d] != r && robberies < ROBBERIES)))
#endif
#define REST(r) keeping[r] = RESTING; from[r] = 0; with[r] = 0; delivered[r] = 0

#define IS_SETTLED(m) ((HAS(badmail, m) && NAMES(m) == 1) || (NAMES(m) == 0 && has[m] == EVERYBODY))

/* What must not happen. */
mtype = {
  lost, held_by_two, doubled_without_doubt, more_in_doubt_than_allowed, more_doubles_than_kills_allow, stuck
};
inline ensure(holds, property) {
  if
  :: holds
#ifdef ONLY
  :: !(holds) && property != ONLY
#endif
  :: else ->
    printf("violated: %e\n", property);
    assert(false)
  fi
}

/* After each removal of a name: a mail that has none must be with the server. */
inline assertNotLost(m) {
  ensure(NAMES(m) > 0 || has[m] == EVERYBODY, lost)
}

inline takesFor(m, n, recipients) {
  if
  :: ((recipients) & (1 << n)) && (has[m] & (1 << n)) ->
    printf("  server: has mail %d already, and takes it again\n", m);
#ifdef COUNTED
    doubles++;
    ensure(doubles <= kills * UNCONFIRMED, more_doubles_than_kills_allow)
#else
    ensure(IN_DOUBT(m, n) > 0, doubled_without_doubt);
    IN_DOUBT(m, n) = (IN_DOUBT(m, n) > 0 -> IN_DOUBT(m, n) - 1 : 0)
#endif
  :: else
  fi
}

inline serverTakes(m, recipients) {
  printf("  server: takes mail %d\n", m);
  takesFor(m, 0, recipients);
#if RECIPIENTS > 1
  takesFor(m, 1, recipients);
#endif
  has[m] = has[m] | (recipients)
}

/* What nobody reads again of a mail that is with the server alone; it only would make more states. */
inline forget(m) {
#ifndef POWER
  if
  :: NAMES(m) == 0 ->
    DROP(journal[0], m); DROP(journal[1], m); DROP(journal[2], m); DROP(journal[3], m)
  :: else
  fi
#else
  skip
#endif
}

proctype worker(byte r; byte m) {
  do
  /* SpoolScanner.scan, MailClaimer.claim: the file is looked at under its name in the pickup directory. */
#ifdef BEFORE
  :: d_step { up[r] && AT(r, m) == IDLE && MAY_LOOK && HAS(pickup, m) ->
#else
  :: d_step { up[r] && AT(r, m) == IDLE && MAY_LOOK && HAS(pickup, m) && NAMES(m) == 1 ->
#endif
    AT(r, m) = SEEN;
    printf("relay %c: sees mail %d in the pickup directory\n", 'A' + r, m)
  }

  /* Claims.claim: one rename decides. */
  :: d_step { AT(r, m) == SEEN ->
    if
    :: HAS(pickup, m) ->
      DROP(pickup, m);
      ADD(claimed[own[r]], m);
      AT(r, m) = MOVED;
      printf("relay %c: rename pickup/%d claimed(%c)/%d\n", 'A' + r, m, 'A' + r, m)
    :: else -> AT(r, m) = IDLE
    fi
  }

  /* MailClaimer.claim: the claimed file is looked at. With another name it is nobody's, and goes back. */
  :: d_step { AT(r, m) == MOVED ->
    if
#if !defined(BEFORE) && !defined(ONE_LOOK)
    :: NAMES(m) > 1 -> AT(r, m) = RETURNING
#endif
    :: else ->
      AT(r, m) = OWNED;
      ensure(!OTHER_HOLDS(r, m), held_by_two)
    fi
  }

  /* DeliveryTries.run: given back untried, because the server is unavailable or the relay stops. */
  :: d_step { AT(r, m) == OWNED && deferrals < DEFERRALS ->
    deferrals++;
    AT(r, m) = RETURNING
  }
  /* MailProcessor.try: refused by an earlier try. */
  :: d_step { AT(r, m) == OWNED && (state[m] & REFUSAL) -> AT(r, m) = REJECTED }
  /* UnconfirmedSlot.acquire, DeliveryTries.run: the end of the mail is sent. */
#ifdef NO_GATE
  :: d_step { AT(r, m) == OWNED && state[m] < EVERYBODY ->
#else
  :: d_step { AT(r, m) == OWNED && state[m] < EVERYBODY && UNCONFIRMED_OF(r) < UNCONFIRMED ->
#endif
    AT(r, m) = ENDED;
    printf("relay %c: sends the end of mail %d\n", 'A' + r, m)
  }

  /* The server: takes the mail, for all or some, or refuses it; its reply is read. */
  :: d_step { AT(r, m) == ENDED ->
    serverTakes(m, EVERYBODY & ~state[m]);
    AT(r, m) = TAKEN
  }
#if RECIPIENTS > 1
  :: d_step { AT(r, m) == ENDED && state[m] == 0 && deferrals < DEFERRALS ->
    deferrals++;
    serverTakes(m, 1);
    AT(r, m) = TAKEN_IN_PART
  }
#endif
  :: d_step { AT(r, m) == ENDED && deferrals < DEFERRALS ->
    deferrals++;
    AT(r, m) = DEFERRED;
    printf("  server: 4xx for mail %d\n", m)
  }
  :: d_step { AT(r, m) == ENDED && refusals < REFUSALS ->
    refusals++;
    AT(r, m) = REFUSED;
    printf("  server: 5xx for mail %d\n", m)
  }

  /* DeliveredJournal.enter: the entry is on the disk; UnconfirmedSlot.release. */
  :: d_step { AT(r, m) == TAKEN ->
#ifdef JOURNAL_LAST
    AT(r, m) = UNRECORDED;
    printf("relay %c: goes on without an entry of mail %d\n", 'A' + r, m)
#else
    ADD(journal[own[r]], m);
    AT(r, m) = WRITTEN;
    printf("relay %c: write journal(%c) mail %d\n", 'A' + r, 'A' + r, m)
#endif
  }
  :: d_step { AT(r, m) == WRITTEN ->
#if defined(POWER) && !defined(JOURNAL_UNFLUSHED)
    ADD(flushed[own[r]], m);
#endif
    AT(r, m) = JOURNALED;
    printf("relay %c: fdatasync journal(%c)\n", 'A' + r, 'A' + r)
  }
  /* MailStates.remove: the state before the file. */
  :: d_step { AT(r, m) == JOURNALED && state[m] != 0 ->
    state[m] = 0;
    AT(r, m) = STATELESS
  }
  /* Claims.remove. */
  :: d_step { AT(r, m) == STATELESS || AT(r, m) == UNRECORDED || (AT(r, m) == JOURNALED && state[m] == 0) ->
    DROP(claimed[own[r]], m);
    NOTE_REMOVAL(m, own[r]);
#ifdef JOURNAL_LAST
    ADD(journal[own[r]], m);
#endif
    AT(r, m) = IDLE;
    printf("relay %c: unlink claimed(%c)/%d\n", 'A' + r, 'A' + r, m);
    assertNotLost(m);
    forget(m)
  }

  /* MailStates.write: who has the mail is on the disk; UnconfirmedSlot.release. */
  :: d_step { AT(r, m) == TAKEN_IN_PART ->
#ifndef STATE_LOST
    state[m] = state[m] | 1;
#endif
    AT(r, m) = RETURNING;
    printf("relay %c: state of mail %d\n", 'A' + r, m)
  }
  :: d_step { AT(r, m) == DEFERRED -> AT(r, m) = RETURNING }
  :: d_step { AT(r, m) == REFUSED ->
    state[m] = state[m] | REFUSAL;
    AT(r, m) = REJECTED
  }

  /* Badmail.take, moveTo: link, then unlink; MailStates.remove. */
  :: d_step { AT(r, m) == REJECTED ->
    ADD(badmail, m);
    AT(r, m) = IN_BADMAIL;
    printf("relay %c: link claimed(%c)/%d badmail/%d\n", 'A' + r, 'A' + r, m, m)
  }
  :: d_step { AT(r, m) == IN_BADMAIL ->
    DROP(claimed[own[r]], m);
    NOTE_REMOVAL(m, own[r]);
    AT(r, m) = UNCLAIMED;
    printf("relay %c: unlink claimed(%c)/%d\n", 'A' + r, 'A' + r, m);
    assertNotLost(m);
    forget(m)
  }
  :: d_step { AT(r, m) == UNCLAIMED ->
    state[m] = 0;
    AT(r, m) = IDLE
  }

  /* Claims.release, returnFile, moveTo: link, then unlink. A name that is there already is this file's own. */
  :: d_step { AT(r, m) == RETURNING ->
    ADD(pickup, m);
    AT(r, m) = RETURNED;
    printf("relay %c: link claimed(%c)/%d pickup/%d\n", 'A' + r, 'A' + r, m, m)
  }
  :: d_step { AT(r, m) == RETURNED ->
    DROP(claimed[own[r]], m);
    NOTE_REMOVAL(m, own[r]);
    AT(r, m) = IDLE;
    printf("relay %c: unlink claimed(%c)/%d\n", 'A' + r, 'A' + r, m);
    assertNotLost(m);
    forget(m)
  }
  od
}

/* StaleRelays.recover: empties the folders of dead relays, one after the other. */
proctype keeper(byte r) {
  byte d;
  do
  /* StaleRelays.recover: a rename of the folder decides who empties it, also when another relay has begun to. */
  :: d_step { up[r] && keeping[r] == RESTING && (IS_LEFT(0) || IS_LEFT(1) || IS_LEFT(2) || IS_LEFT(3)) ->
    d = 0;
    do
    :: IS_LEFT(d) -> break
    :: else -> d++
    od;
    if
    :: emptiedBy[d] != NONE -> robberies++
    :: else
    fi;
    emptiedBy[d] = r;
    from[r] = d;
    d = 0;
    keeping[r] = TAKEN_OVER;
    printf("relay %c: rename of folder %d, whose relay is dead\n", 'A' + r, from[r])
  }
  :: d_step { keeping[r] != RESTING && IS_ROBBED(r) -> REST(r) }

  /* DeliveredJournal.read. */
  :: d_step { keeping[r] == TAKEN_OVER && !IS_ROBBED(r) ->
#ifndef JOURNAL_IGNORED
    delivered[r] = journal[from[r]];
#endif
    keeping[r] = READ
  }

  /* StaleRelays.recover: each claimed file by itself. */
  :: d_step { keeping[r] == READ && !IS_ROBBED(r) && claimed[from[r]] != 0 ->
    with[r] = 0;
    do
    :: HAS(claimed[from[r]], with[r]) -> break
    :: else -> with[r] = with[r] + 1
    od;
    if
    /* MailStates.takeUp, before the removal of the file. */
    :: HAS(delivered[r], with[r]) ->
      state[with[r]] = 0;
      keeping[r] = SURPLUS
#ifndef BEFORE
    /* Its relay died between the two names of a move: the other name is the one that stays. */
#ifdef ANY_OTHER_NAME
    :: else -> keeping[r] = (NAMES(with[r]) > 1 -> SURPLUS : GIVING_BACK)
#elif !defined(BADMAIL_UNFINISHED)
    :: else -> keeping[r] = (HAS(badmail, with[r]) -> SURPLUS : GIVING_BACK)
#endif
#endif
#if defined(BEFORE) || defined(BADMAIL_UNFINISHED)
    :: else -> keeping[r] = GIVING_BACK
#endif
    fi
  }
  /* returnFile, moveTo: link; a name that is there already is this file's own. */
  :: d_step { keeping[r] == GIVING_BACK && !IS_ROBBED(r) ->
    ADD(pickup, with[r]);
    keeping[r] = SURPLUS;
    printf("relay %c: link folder %d/%d pickup/%d\n", 'A' + r, from[r], with[r], with[r])
  }
  :: d_step { keeping[r] == SURPLUS && !IS_ROBBED(r) ->
    DROP(claimed[from[r]], with[r]);
    NOTE_REMOVAL(with[r], from[r]);
    printf("relay %c: unlink folder %d/%d\n", 'A' + r, from[r], with[r]);
    assertNotLost(with[r]);
    forget(with[r]);
    with[r] = 0;
    keeping[r] = READ
  }

  /* StaleRelays.recover: what is with the server and yet back in the pickup directory is removed. */
  :: d_step { keeping[r] == READ && !IS_ROBBED(r) && claimed[from[r]] == 0 ->
    with[r] = 0;
    do
    :: with[r] < MAILS ->
      if
      :: HAS(delivered[r], with[r]) && HAS(pickup, with[r]) ->
        DROP(pickup, with[r]);
        printf("relay %c: unlink pickup/%d, which is in the journal\n", 'A' + r, with[r]);
        assertNotLost(with[r])
      :: else
      fi;
      with[r] = with[r] + 1
    :: else -> break
    od;
    with[r] = 0;
    keeping[r] = EMPTIED
  }
  /* syncFolder, then removeLeaseFolder: the removals are on the disk before the journal goes. */
  :: d_step { keeping[r] == EMPTIED && !IS_ROBBED(r) ->
#ifdef POWER
    with[r] = 0;
    do
    :: with[r] < MAILS ->
      if
#ifndef REMOVALS_UNFLUSHED
      :: NAMES(with[r]) == 0 && (removedFrom[with[r]] == from[r] || HAS(delivered[r], with[r])) -> ADD(goneForGood, with[r])
#endif
      :: else
      fi;
      if
      :: removedFrom[with[r]] == from[r] -> removedFrom[with[r]] = NONE
      :: else
      fi;
      with[r] = with[r] + 1
    :: else -> break
    od;
    with[r] = 0;
    flushed[from[r]] = 0;
#endif
    made[from[r]] = false;
    dead[from[r]] = false;
    emptiedBy[from[r]] = NONE;
    journal[from[r]] = 0;
    printf("relay %c: removes folder %d and its journal\n", 'A' + r, from[r]);
    REST(r)
  }
  od
}

/* The end of one life of a relay, at whatever it was. */
inline kill(r) {
  kills++;
  up[r] = false;
  dead[own[r]] = true;
  printf("relay %c: killed\n", 'A' + r);
  ensure(UNCONFIRMED_OF(r) <= UNCONFIRMED, more_in_doubt_than_allowed);
  m = 0;
  do
  :: m < MAILS ->
    if
    :: IS_UNCONFIRMED(AT(r, m)) ->
      IN_DOUBT(m, 0) = IN_DOUBT(m, 0) + 1;
#if RECIPIENTS > 1
      IN_DOUBT(m, 1) = IN_DOUBT(m, 1) + 1
#endif
    :: else
    fi;
    /* The server has the end of the mail; nobody will read what it says. */
    if
    :: AT(r, m) == ENDED -> late[r * MAILS + m] = EVERYBODY & ~state[m]
    :: else
    fi;
    AT(r, m) = IDLE;
    m++
  :: else -> break
  od;
  m = 0;
  do
  :: m < FOLDERS ->
    if
    :: emptiedBy[m] == r -> emptiedBy[m] = NONE
    :: else
    fi;
    m++
  :: else -> break
  od;
  REST(r);
  m = 0
}

#ifdef POWER
#define REDUCE_TO(m, place) \
  DROP(pickup, m); DROP(claimed[0], m); DROP(claimed[1], m); DROP(claimed[2], m); DROP(claimed[3], m); ADD(place, m)

/* The machine of all relays stops. What was not flushed may be as it was before, mail by mail. */
inline powerFails(m) {
  m = 0;
  do
  :: m < FOLDERS -> journal[m] = flushed[m]; m++
  :: else -> break
  od;
  m = 0;
  do
  :: m < MAILS ->
    if
    :: true
    :: !HAS(goneForGood, m) -> REDUCE_TO(m, pickup);
      printf("power: mail %d is in the pickup directory\n", m)
    :: removedFrom[m] != NONE -> REDUCE_TO(m, claimed[removedFrom[m]]);
      printf("power: mail %d is in folder %d\n", m, removedFrom[m])
    fi;
    m++
  :: else -> break
  od;
  m = 0
}
#endif

inline start(r) {
  up[r] = true;
  m = 0;
  do
  :: made[m] -> m++
  :: else -> break
  od;
  own[r] = m;
  made[m] = true;
  m = 0;
  printf("relay %c: started again, its folder is %d\n", 'A' + r, own[r])
}

proctype kills_and_starts(byte r) {
  byte m;
  do
  /* Relays are alike: whichever is killed first is called A. */
  :: d_step { kills < KILLS && up[r] && (kills > 0 || r == 0) -> kill(r) }
#ifdef POWER
  :: atomic { kills < KILLS && up[r] -> kill(r); powerFails(m) }
#endif
  /* RelayLease.create. Of two relays one may stay away for ever. */
  :: d_step { !up[r] && !away[r] -> start(r) }
  :: d_step { !up[r] && !away[r] && OTHER_STAYS(r) -> away[r] = true }
  od
}

/* What the server makes of the end of a mail whose relay has died meanwhile. */
proctype server(byte i) {
  do
  :: d_step { late[i] != 0 -> serverTakes(i % MAILS, late[i]); late[i] = 0 }
  :: d_step { late[i] != 0 -> late[i] = 0 }
  od
}

/* When nothing can happen any more, each mail is with the server or in badmail, and has no other name. */
proctype end() {
  byte m;
  timeout;
  printf("nothing more happens\n");
  do
  :: m < MAILS -> ensure(IS_SETTLED(m), stuck); m++
  :: else -> break
  od
}

init {
  byte r; byte m;
  atomic {
    do
    :: r < RELAYS ->
      own[r] = r;
      made[r] = true;
      m = 0;
      do
      :: m < MAILS -> run worker(r, m); run server(r * MAILS + m); m++
      :: else -> break
      od;
      run keeper(r);
      run kills_and_starts(r);
      r++
    :: else -> break
    od;
#ifndef LIVENESS
    run end()
#endif
  }
}

#ifdef LIVENESS
ltl settles { <> [] (IS_SETTLED(0) && IS_SETTLED(MAILS - 1)) }
#endif
