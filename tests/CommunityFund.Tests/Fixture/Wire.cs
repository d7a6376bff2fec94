using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Npgsql;

namespace CommunityFund.Tests;

/// <summary>
/// The way to a real PostgreSQL, through a socket of its own that can be cut: at a COMMIT before the server has it, after the
/// server has done it and before the answer is back, or altogether.
/// </summary>
public sealed class Wire : IAsyncDisposable
{
    /// <summary>Where a connection breaks.</summary>
    public enum Cut
    {
        /// <summary>The server never sees the COMMIT.</summary>
        BeforeCommit,

        /// <summary>The server has committed, the client never hears.</summary>
        AfterCommit,
    }

    private readonly string _directory = Directory.CreateTempSubdirectory("cf-wire-").FullName;
    private readonly string _server;
    private readonly ConcurrentQueue<Cut> _cuts = [];
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private Socket? _listener;
    private int _commits, _opened;
    private (TaskCompletionSource Committed, TaskCompletionSource Release)? _hold;

    public Wire(string connection)
    {
        NpgsqlConnectionStringBuilder real = new(connection);
        _server = Path.Combine(real.Host!, ".s.PGSQL.5432");
        Connection = new NpgsqlConnectionStringBuilder(connection) { Host = _directory }.ConnectionString;
        Up();
    }

    /// <summary>The same database by way of this wire.</summary>
    public string Connection { get; }

    /// <summary>How many COMMITs have come by.</summary>
    public int Commits => _commits;

    /// <summary>How many connections were made.</summary>
    public int Opened => _opened;

    /// <summary>Whether a cut takes down the whole wire, until it is put up again.</summary>
    public bool CutsAll { get; set; }

    public void CutNext(params Cut[] cuts) => Array.ForEach(cuts, _cuts.Enqueue);

    /// <summary>Keeps back the answer to the next COMMIT; the task ends when the server has committed.</summary>
    public (Task Committed, Action Release) HoldNext()
    {
        TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously),
            release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _hold = (committed, release);
        return (committed.Task, release.SetResult);
    }

    /// <summary>Cuts everything and lets nobody in.</summary>
    public void Down()
    {
        Interlocked.Exchange(ref _listener, null)?.Dispose();
        File.Delete(Path.Combine(_directory, ".s.PGSQL.5432"));
        foreach (Socket socket in _open.Keys)
        {
            Close(socket);
        }
    }

    public void Up()
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_directory, ".s.PGSQL.5432")));
        listener.Listen(100);
        _listener = listener;
        _ = Accept(listener);
    }

    public async ValueTask DisposeAsync()
    {
        await using NpgsqlConnection pooled = new(Connection);
        NpgsqlConnection.ClearPool(pooled);
        Down();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task Accept(Socket listener)
    {
        while (true)
        {
            try
            {
                _ = Carry(await listener.AcceptAsync());
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Carry(Socket client)
    {
        Interlocked.Increment(ref _opened);
        Socket server = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        (_open[client], _open[server]) = (0, 0);
        try
        {
            await server.ConnectAsync(new UnixDomainSocketEndPoint(_server));
            Line line = new(client, server);
            await Task.WhenAny(Ask(line), Answer(line));
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // The other side sees it.
        }
        finally
        {
            Close(client);
            Close(server);
        }
    }

    /// <summary>From client to server, message by message: the first is the start, all others begin with their type.</summary>
    private async Task Ask(Line line)
    {
        for (int lead = 0; await Read(line.Client, lead) is { } message; lead = 1)
        {
            if (lead == 1 && message[0] == (byte)'Q' && message.AsSpan(5).StartsWith("COMMIT"u8))
            {
                Interlocked.Increment(ref _commits);
                bool cut = _cuts.TryDequeue(out Cut where);
                if (cut && where == Cut.BeforeCommit)
                {
                    CutHere();
                    return;
                }

                line.CutsAnswer = cut;
                (line.Hold, _hold) = (_hold, null);
            }

            await Send(line.Server, message);
        }
    }

    private async Task Answer(Line line)
    {
        byte[] buffer = new byte[65536];
        while (await line.Server.ReceiveAsync(buffer) is > 0 and int read)
        {
            if (line.CutsAnswer)
            {
                CutHere();
                return;
            }

            if (line.Hold is { } hold)
            {
                line.Hold = null;
                hold.Committed.SetResult();
                await hold.Release.Task;
            }

            await Send(line.Client, buffer.AsMemory(0, read));
        }
    }

    private void CutHere()
    {
        if (CutsAll)
        {
            Down();
        }
    }

    private static async Task<byte[]?> Read(Socket from, int lead)
    {
        byte[] head = new byte[lead + 4];
        if (!await Fill(from, head))
        {
            return null;
        }

        byte[] whole = new byte[lead + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(lead))];
        head.CopyTo(whole, 0);
        return await Fill(from, whole.AsMemory(head.Length)) ? whole : null;
    }

    private static async Task<bool> Fill(Socket from, Memory<byte> all)
    {
        while (all.Length > 0)
        {
            int read = await from.ReceiveAsync(all);
            if (read == 0)
            {
                return false;
            }

            all = all[read..];
        }

        return true;
    }

    private static async Task Send(Socket to, ReadOnlyMemory<byte> all)
    {
        while (all.Length > 0)
        {
            all = all[await to.SendAsync(all)..];
        }
    }

    private void Close(Socket socket)
    {
        _open.TryRemove(socket, out _);
        socket.Dispose();
    }

    private sealed class Line(Socket client, Socket server)
    {
        public Socket Client { get; } = client;

        public Socket Server { get; } = server;

        public bool CutsAnswer { get; set; }

        public (TaskCompletionSource Committed, TaskCompletionSource Release)? Hold { get; set; }
    }
}
