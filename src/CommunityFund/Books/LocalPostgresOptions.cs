namespace CommunityFund.Books;

/// <summary>Where a private PostgreSQL lives and how it behaves.</summary>
public sealed record LocalPostgresOptions
{
    /// <summary>Holds <c>pg/</c>, <c>socket/</c> and <c>secrets.json</c>; made if it is missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The database; its login roles are named after it, as <c>name_owner</c> and <c>name_app</c>.</summary>
    public string Database { get; init; } = "communityfund";

    /// <summary>Whether every commit reaches the disk. Only tests may say no.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Where the server writes its log; by default <c>postgres.log</c> beside <c>pg/</c>.</summary>
    public string? LogPath { get; init; }

    /// <summary>
    /// Whether disposing also stops a server that was already running, such as one left behind by a killed program.
    /// A server that another running program uses is never stopped.
    /// </summary>
    public bool StopsWhatItFound { get; init; }
}
