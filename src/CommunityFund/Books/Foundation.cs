using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>
/// The running foundation: where its database is, its clock and its log key. Everything else hangs on sessions opened here.
/// </summary>
public sealed class Foundation
{
    private readonly DbContextOptions<FundDb> _options;

    /// <param name="connection">The app's login (Books), never the owner's.</param>
    /// <param name="clock">The one clock.</param>
    /// <param name="logKey">Key for personal fields in the command log; made at set-up, kept outside the database.</param>
    public Foundation(string connection, IClock clock, byte[] logKey)
    {
        _options = new DbContextOptionsBuilder<FundDb>().UseNpgsql(connection).Options;
        Clock = clock;
        LogJson = CommandJson.Logged(logKey);
    }

    public IClock Clock { get; }

    internal JsonSerializerOptions LogJson { get; }

    /// <summary>A person at work in a book.</summary>
    public FundSession SessionOf(long person, int book) => new(this, person, book, isOperator: false);

    /// <summary>The operator of the machine, for set-up; book 0 means none yet.</summary>
    public FundSession Operator(int book = 0) => new(this, null, book, isOperator: true);

    /// <summary>For ASP.NET Identity's stores, which write apart from commands.</summary>
    public FundDb Open() => new(_options);
}
