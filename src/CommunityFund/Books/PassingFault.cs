using System.Net.Sockets;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// Faults that pass by themselves: the database is restarting, or the way to it was cut. What was asked may or may not have
/// been done, so it may be asked again only where that is done once.
/// </summary>
public static class PassingFault
{
    /// <summary>Whether this, or what caused it, is the database being away; an answer of a working server never is.</summary>
    public static bool Is(Exception? fault) => fault switch
    {
        null => false,
        PostgresException answer => IsAway(answer.SqlState),
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } => true,
        SocketException => true,
        _ => Is(fault.InnerException),
    };

    // 08: connection; 57P01-03: shut down, crashed, starting up; 53300: every place is taken.
    private static bool IsAway(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) || state is "57P01" or "57P02" or "57P03" or "53300";
}
