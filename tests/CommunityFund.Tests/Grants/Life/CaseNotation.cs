using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Rounds;
using CommunityFund.People;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Life;

/// <summary>Cases that stand where a test wants them, without the way there: who moves a case and how is another matter than what is in it.
/// </summary>
internal static class CaseNotation
{
    /// <summary>An open round over the community fund.</summary>
    public static async Task<long> Called(this TestBody body, string code = "2026-1", LocalDate? closes = null, LocalDate? opens = null,
        int fund = TestBody.Community)
    {
        await using FundDb db = body.Db();
        GrantRound round = new()
        {
            BookId = body.Book,
            Code = code,
            Title = $"春季微项目征集 {code}",
            Survey = "入户问卷 320 份",
            WhoMay = "社区社会组织和居民自组织",
            Forbidden = "餐费、烟酒、个人补贴",
            Guide = "",
            OpensOn = opens ?? new LocalDate(2026, 3, 1),
            ClosesOn = closes ?? new LocalDate(2026, 3, 31),
            CapUnits = 1_000_000,
            OwnBasis = 1000,
            Policy = AdvancePolicy.AdvanceThenAcquit,
            ScreeningDays = 10,
            CorrectionDays = 5,
            NoticeDays = 7,
            AgreementDays = 15,
            State = RegisterState.Waiting,
            ProposedBy = 1,
            ProposedAt = body.Clock.Now,
        };
        db.Add(round);
        await db.SaveChangesAsync();
        db.Add(new GrantRoundPool { BookId = body.Book, GrantRoundId = round.GrantRoundId, FundId = fund, Units = 3_000_000 });
        db.Add(new GrantRoundNeed { BookId = body.Book, GrantRoundId = round.GrantRoundId, No = 1, What = "楼道照明坏了没人修", Voices = 87 });
        await db.SaveChangesAsync();
        (round.State, round.DecidedBy, round.DecidedAt) = (RegisterState.Agreed, 2, body.Clock.Now);
        await db.SaveChangesAsync();
        return round.GrantRoundId;
    }

    /// <summary>A case, begun and put where the test wants it.</summary>
    public static async Task<long> Case(this TestBody body, long round, long lead, GrantState state = GrantState.Draft, long? signer = null,
        string title = "点亮楼道", string number = "")
    {
        long id;
        await using (FundDb db = body.Db())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            GrantCase row = new()
            {
                BookId = body.Book,
                GrantRoundId = round,
                Title = title,
                Number = number,
                Community = "幸福里社区",
                LeadId = lead,
                SignerId = signer,
                FilledBy = lead,
                State = GrantState.Draft,
                StateVersion = 1,
                Requested = 800_000,
                OwnUnits = 100_000,
                CreatedAt = body.Clock.Now,
            };
            db.Add(row);
            await db.SaveChangesAsync();
            db.Add(new GrantLog
            {
                BookId = body.Book,
                GrantId = row.GrantId,
                StateVersion = 1,
                Move = GrantMove.Create,
                ToState = GrantState.Draft,
                ActorId = lead,
                At = body.Clock.Now,
                Reason = "",
                Clause = "",
                Facts = "{}",
                Vouchers = [],
            });
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            id = row.GrantId;
        }

        if (state != GrantState.Draft)
        {
            await body.Superuser($"update grant_case set state = '{Codes.Kebab(state)}' where grant_id = {id}");
        }

        return id;
    }

    /// <summary>Does what no login of the program may: triggers are off.</summary>
    public static async Task Superuser(this TestBody body, string sql)
    {
        await using NpgsqlConnection superuser = new(
            new NpgsqlConnectionStringBuilder(body.Connections.Superuser) { Pooling = false }.ConnectionString);
        await superuser.OpenAsync();
        await using NpgsqlCommand command = new($"set session_replication_role = replica; {sql}", superuser);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Somebody with these roles for the whole book, signed in.</summary>
    public static async Task<(long Id, FundSession Session)> Somebody(this TestBody body, string name, params Role[] roles)
    {
        long id = await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin(name, $"p-{Guid.NewGuid():N}"[..20], TestBody.Password), MustChange: false));
        foreach (Role role in roles)
        {
            await body.Operator.Run(new GrantRole(TestBody.Key, id, role, null, new LocalDate(2026, 1, 1), null));
        }

        return (id, body.Foundation.SessionOf(id, body.Book));
    }

    public static async Task<GrantCase> CaseOf(this TestBody body, long grant)
    {
        await using FundDb db = body.Db();
        return await db.Set<GrantCase>().AsNoTracking().SingleAsync(row => row.GrantId == grant);
    }
}

/// <summary>Makes a move and nothing else, as a feature's command does.</summary>
internal sealed record MoveOnly(Guid Key, long Grant, int Version, GrantMove Move, string? Reason = null, string? Clause = null) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, Move, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, Version, Move, Reason, Clause, ct, due: facts => WorkingDays.After(facts.Today, 3));
}

/// <summary>Asks what is open, as a page does.</summary>
internal sealed record OpenMoves(long Grant) : Query<IReadOnlyList<GrantOffer>>
{
    internal override Need Needs => Need.Person;

    internal override async Task<IReadOnlyList<GrantOffer>> Answer(Work work, CancellationToken ct) =>
        await GrantMoves.Open(work, await work.Db.Set<GrantCase>().SingleAsync(row => row.GrantId == Grant, ct), ct);
}
