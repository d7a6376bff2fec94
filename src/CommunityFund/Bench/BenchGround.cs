using System.Globalization;
using System.Security.Cryptography;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>
/// Where benchmarks run: a private PostgreSQL of their own with every safety of the real one, migrated, with books set up
/// by the same commands as any other, and bare tables beside them. It is gone when disposed; an installation's own data is
/// never touched.
/// </summary>
public sealed class BenchGround : IAsyncDisposable
{
    private static readonly LocalDate OpeningDay = new(2026, 1, 1);

    private readonly LocalPostgres _postgres;
    private readonly string _directory;

    private BenchGround(LocalPostgres postgres, string directory)
    {
        (_postgres, _directory) = (postgres, directory);
        Foundation = new Foundation(postgres.BooksConnection, new StillClock(), RandomNumberGenerator.GetBytes(32));
    }

    public IReadOnlyList<BenchBook> Books { get; private set; } = [];

    internal Foundation Foundation { get; }

    /// <summary>The directory of the cluster.</summary>
    public string Place => _postgres.ClusterDirectory;

    /// <summary>The app's login.</summary>
    internal string App => _postgres.BooksConnection;

    internal string Owner => _postgres.OwnerConnection;

    internal string Superuser => _postgres.SuperuserConnection;

    internal Instant Now => Foundation.Clock.GetCurrentInstant();

    /// <summary>Makes the ground.</summary>
    /// <param name="place">A directory on the disk that is to be measured; a new one below it is used. By default the
    /// machine's directory for temporary files.</param>
    /// <param name="books">How many books, each with its own people, bank account and funds.</param>
    /// <param name="funds">How many funds of own money each book has.</param>
    /// <exception cref="LocalPostgresException">PostgreSQL cannot be started there.</exception>
    public static async Task<BenchGround> Start(DirectoryInfo? place = null, int books = 8, int funds = 40,
        CancellationToken ct = default)
    {
        string directory = Path.Combine(place?.FullName ?? Path.GetTempPath(), $"communityfund-bench-{Guid.NewGuid():N}");
        LocalPostgres postgres = await LocalPostgres.Start(
            new LocalPostgresOptions { DataDirectory = directory, Database = "fund_bench", Durable = true }, ct);
        BenchGround ground = new(postgres, directory);
        try
        {
            await Migrator.Migrate(ground.Owner, new NpgsqlConnectionStringBuilder(ground.App).Username!, ct);
            await using (NpgsqlConnection owner = await Connect(ground.Owner, ct))
            await using (NpgsqlCommand bare = new(BenchSql.BareTables, owner))
            {
                await bare.ExecuteNonQueryAsync(ct);
            }

            ground.Books = await ground.SetUp(books, funds, ct);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string used in new[] { App, Owner, Superuser })
        {
            await using NpgsqlConnection pooled = new(used);
            NpgsqlConnection.ClearPool(pooled);
        }

        await _postgres.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    internal static async Task<NpgsqlConnection> Connect(string connection, CancellationToken ct)
    {
        NpgsqlConnection open = new(connection);
        await open.OpenAsync(ct);
        return open;
    }

    /// <summary>Sees to it that the planner knows what was filled in, as it would after a night's autovacuum.</summary>
    internal async Task Settle(CancellationToken ct)
    {
        await using NpgsqlConnection superuser = await Connect(Superuser, ct);
        foreach (string statement in new[] { "vacuum analyze", "checkpoint" })
        {
            await using NpgsqlCommand command = new(statement, superuser) { CommandTimeout = 600 };
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private async Task<IReadOnlyList<BenchBook>> SetUp(int books, int funds, CancellationToken ct)
    {
        List<BenchBook> made = [];
        for (int i = 1; i <= books; i++)
        {
            string number = i.ToString(CultureInfo.InvariantCulture);
            int book = await Foundation.Operator().Run(new SetUpBook(
                Guid.NewGuid(), $"bench-{number}", $"测速账套{number}", "cn-npo-2026", OpeningDay,
                new NewLogin("周会计", $"maker-{number}", Guid.NewGuid().ToString("N")),
                new NewLogin("吴审核", $"reviewer-{number}", Guid.NewGuid().ToString("N"))), ct);
            made.Add(await Furnish(book, funds, ct));
        }

        return made;
    }

    private async Task<BenchBook> Furnish(int book, int funds, CancellationToken ct)
    {
        await using FundDb db = Foundation.Open();
        async Task<long> Who(Role role) => await db.Set<RoleGrant>()
            .Where(grant => grant.BookId == book && grant.Role == role).Select(grant => grant.PersonId).FirstAsync(ct);

        long maker = await Who(Role.Accountant);
        FundSession accountant = Foundation.SessionOf(maker, book);

        // Vouchers here have no documents, which costs more than having them: each is looked up in the rule when it posts.
        await accountant.Run(new SetDocumentRule(Guid.NewGuid(), VoucherKind.Ordinary, Evidence.None, OpeningDay), ct);
        await accountant.Run(new AddBankAccount(
            Guid.NewGuid(), "33050161xxxx00001234", "中国建设银行", "01", "建行基本户", "CCB current account"), ct);
        for (int i = 1; i < funds; i++)
        {
            // A fund whose gifts come with words may take both kinds of money.
            await accountant.Run(new CreateFund(
                Guid.NewGuid(), string.Create(CultureInfo.InvariantCulture, $"C{i:00}"), $"社区基金{i}", FundKind.Community, null,
                Restriction.Restricted, "仅用于本社区"), ct);
        }

        List<(int Account, bool Restricted)> accounts = await Accounts(book, ct);
        List<int> income = await db.Accounts
            .Where(account => account.BookId == book && account.Class == AccountClass.Income
                && account.Commodity == "CNY")
            .Select(account => account.AccountId).ToListAsync(ct);
        return new BenchBook(
            book, maker, await Who(Role.VoucherReviewer),
            await db.Accounts.Where(account => account.BookId == book && account.Added).Select(account => account.AccountId)
                .SingleAsync(ct),
            await db.Funds.Where(fund => fund.BookId == book && fund.Kind != FundKind.Agency).Select(fund => fund.FundId)
                .ToListAsync(ct),
            [.. income.Intersect(accounts.Select(each => each.Account)).Order()],
            [.. accounts.Select(each => each.Account)], [.. accounts.Select(each => each.Restricted)]);
    }

    private async Task<List<(int Account, bool Restricted)>> Accounts(int book, CancellationToken ct)
    {
        await using NpgsqlConnection app = await Connect(App, ct);
        await using NpgsqlCommand command = new(BenchSql.Accounts, app) { Parameters = { new() { Value = book } } };
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct);
        List<(int, bool)> accounts = [];
        while (await rows.ReadAsync(ct))
        {
            accounts.Add((rows.GetInt32(0), rows.GetBoolean(1)));
        }

        return accounts;
    }
}
