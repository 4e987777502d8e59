// SPDX-License-Identifier: MIT

/** Keeps what an MCP server sent, so that a client may come back for it; an event's id is its number, from 1. */
export class EventStore {
  /** @param {{streamId: string, message: unknown}[]} events What was kept before. */
  constructor (events = []) {
    this.events = events;
  }

  async storeEvent (streamId, message) {
    this.events.push ({ streamId, message });
    return String (this.events.length);
  }

  async replayEventsAfter (lastEventId, { send }) {
    const { streamId } = this.events[Number (lastEventId) - 1];
    for (let i = Number (lastEventId); i < this.events.length; i++)
      if (this.events[i].streamId === streamId)
        await send (String (i + 1), this.events[i].message);
    return streamId;
  }
}
