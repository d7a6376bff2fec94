using Npgsql;

namespace CommunityFund.Books;

/// <summary>The three ways into one database: the program's, its owner's (for migrations) and the superuser's.</summary>
public sealed record LocalConnections(string Books, string Owner, string Superuser)
{
    // The server takes 100 connections; a pool must leave room for a second program and for maintenance.
    private const int LargestPool = 40;

    /// <summary>
    /// The app's login, whose pooled connections keep their plans: a reset between two uses would throw away what PostgreSQL
    /// has prepared of the door's statements, and making it anew costs more than posting a voucher. The app leaves nothing
    /// else in a session.
    /// </summary>
    internal static string Lasting(string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { NoResetOnClose = true }.ConnectionString;

    internal static string To(string socket, string database, string role, string password) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = socket,
            Port = 5432,
            Database = database,
            Username = role,
            Password = password,
            MaxPoolSize = LargestPool,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
}
