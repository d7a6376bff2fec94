using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Rounds;

/// <summary>A part of a round that a person writes or counts.</summary>
public enum RoundPart
{
    Title,
    Survey,
    WhoMay,
    Forbidden,
    Guide,
    Need,
    Own,
    ScreeningDays,
    CorrectionDays,
    NoticeDays,
    AgreementDays,
}

/// <summary>What a fund is to put into the pool.</summary>
public sealed record PoolForm(int Fund, Amount Amount);

/// <summary>A need of the survey.</summary>
/// <param name="Voices">How many residents named it.</param>
public sealed record NeedForm(string What, int Voices);

/// <summary>Days of a round; what is not given is as grants.md 5.6 has it.</summary>
public sealed record RoundDays(short Screening = 10, short Correction = 5, short Notice = 7, short Agreement = 15);

/// <summary>A call for applications is drawn up: needs, guide, caps, dates, pool, policy and days. Another person opens it.</summary>
/// <param name="OwnBasis">The least own share in hundredths of a percent.</param>
public sealed record ProposeRound(
    Guid Key, string Code, string Title, string Survey, string WhoMay, string Forbidden, string Guide, LocalDate OpensOn, LocalDate ClosesOn,
    Amount Cap, int OwnBasis, AdvancePolicy Policy, RoundDays Days, IReadOnlyList<PoolForm> Pool, IReadOnlyList<NeedForm> Needed)
    : Command<long>(Key)
{
    /// <summary>The code is not short capitals, digits and dashes.</summary>
    public const string BadCode = "round.bad-code";

    /// <summary>A round with that code is there already.</summary>
    public const string CodeTaken = "round.code-taken";

    /// <summary>A text is missing or too long.</summary>
    public const string BadText = "round.bad-text";

    /// <summary>A number of days or a share is outside its bounds.</summary>
    public const string BadNumber = "round.bad-number";

    /// <summary>The round would close before it opens, or in the past, or be open longer than a year.</summary>
    public const string BadDates = "round.bad-dates";

    /// <summary>No fund puts anything in, one does twice, or one puts in nothing.</summary>
    public const string NoPool = "round.no-pool";

    /// <summary>One application might ask for more than the whole pool has, or for nothing.</summary>
    public const string CapAbovePool = "round.cap-above-pool";

    /// <summary>A fund of the pool may not spend.</summary>
    public const string FundNotOpen = "round.fund-not-open";

    /// <summary>No need of the survey is named.</summary>
    public const string NoNeeds = "round.no-needs";

    private const int MostFunds = 20, MostNeeds = 50, MostVoices = 1_000_000, LongestDays = 366;

    // In fen; far above any pool and far below where sums could overflow.
    private const long MostUnits = 1_000_000_000_000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(GrantRoles.Calling).For(Pool.Take(MostFunds).Select(part => part.Fund)));

    /// <returns>The round.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        GrantRound round = new()
        {
            BookId = work.Book,
            Code = await FreeCode(work, ct),
            Title = Text(RoundPart.Title, PlainText.Of(Title), 1, 100),
            Survey = Text(RoundPart.Survey, Lines(Survey), 1, 2000),
            WhoMay = Text(RoundPart.WhoMay, Lines(WhoMay), 1, 1000),
            Forbidden = Text(RoundPart.Forbidden, Lines(Forbidden), 1, 1000),
            Guide = Text(RoundPart.Guide, Lines(Guide), 0, 4000),
            OpensOn = OpensOn,
            ClosesOn = Dated(work.Today),
            CapUnits = Cap.Units,
            OwnBasis = (short)Within(RoundPart.Own, OwnBasis, 0, 9000),
            Policy = Enum.IsDefined(Policy) ? Policy : AdvancePolicy.AdvanceThenAcquit,
            ScreeningDays = (short)Within(RoundPart.ScreeningDays, Days.Screening, 1, 60),
            CorrectionDays = (short)Within(RoundPart.CorrectionDays, Days.Correction, 1, 30),
            NoticeDays = (short)Within(RoundPart.NoticeDays, Days.Notice, 1, 60),
            AgreementDays = (short)Within(RoundPart.AgreementDays, Days.Agreement, 1, 90),
            State = RegisterState.Waiting,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        NeedForm[] needs = NeedsRead();
        await CheckPool(work, ct);
        work.Db.Add(round);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(Pool.Select(part => new GrantRoundPool
        {
            BookId = work.Book,
            GrantRoundId = round.GrantRoundId,
            FundId = part.Fund,
            Units = part.Amount.Units,
        }));
        work.Db.AddRange(needs.Select((need, at) => new GrantRoundNeed
        {
            BookId = work.Book,
            GrantRoundId = round.GrantRoundId,
            No = (short)(at + 1),
            What = need.What,
            Voices = need.Voices,
        }));
        await work.Db.SaveChangesAsync(ct);
        return round.GrantRoundId;
    }

    /// <summary>Refuses funds that may not spend; asked again when the round is agreed to.</summary>
    internal static async Task CheckFunds(Work work, IEnumerable<int> funds, CancellationToken ct)
    {
        foreach (int id in funds)
        {
            Fund fund = await work.FundById(id, ct);
            if (!fund.IsOwn || fund.State != FundState.Open)
            {
                throw new RefusedException(FundNotOpen, ("fund", fund.Name));
            }
        }
    }

    /// <summary>A text of several lines, each clean.</summary>
    internal static string Lines(string? text) =>
        string.Join('\n', (text ?? "").Split('\n').Select(line => PlainText.Of(line))).Trim();

    private static string Text(RoundPart part, string text, int least, int most) => text.Length >= least && text.Length <= most
        ? text : throw new RefusedException(BadText, ("part", part), ("limit", most));

    private static int Within(RoundPart part, int number, int least, int most) => number >= least && number <= most
        ? number : throw new RefusedException(BadNumber, ("part", part), ("least", least), ("most", most));

    private LocalDate Dated(LocalDate today) => ClosesOn >= OpensOn && ClosesOn >= today && Period.DaysBetween(OpensOn, ClosesOn) <= LongestDays
        && Period.DaysBetween(today, OpensOn) <= LongestDays
        ? ClosesOn : throw new RefusedException(BadDates, ("opens", OpensOn), ("closes", ClosesOn), ("today", today));

    private async Task<string> FreeCode(Work work, CancellationToken ct)
    {
        string code = PlainText.Of(Code).ToUpperInvariant();
        if (!Regex.IsMatch(code, @"\A[A-Z0-9][A-Z0-9-]{0,15}\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
        {
            throw new RefusedException(BadCode, ("code", code.Length > 40 ? code[..40] : code));
        }

        return await work.Db.Set<GrantRound>().AnyAsync(row => row.BookId == work.Book && row.Code == code && row.State != RegisterState.Dropped, ct)
            ? throw new RefusedException(CodeTaken, ("code", code)) : code;
    }

    private NeedForm[] NeedsRead() => Needed.Count is > 0 and <= MostNeeds
        ?
        [
            .. Needed.Select(need => new NeedForm(
                Text(RoundPart.Need, PlainText.Of(need.What), 1, 200), Within(RoundPart.Need, need.Voices, 0, MostVoices))),
        ]
        : throw new RefusedException(NoNeeds, ("limit", MostNeeds));

    private async Task CheckPool(Work work, CancellationToken ct)
    {
        if (Pool.Count is 0 or > MostFunds || Pool.Any(part => !part.Amount.IsPositive || part.Amount.Units > MostUnits)
            || Pool.DistinctBy(part => part.Fund).Count() != Pool.Count)
        {
            throw new RefusedException(NoPool, ("limit", MostFunds));
        }

        await CheckFunds(work, Pool.Select(part => part.Fund), ct);
        Amount pool = Amount.Fen(Pool.Sum(part => part.Amount.Units));
        if (!Cap.IsPositive || Cap.Units > pool.Units)
        {
            throw new RefusedException(CapAbovePool, ("cap", Cap), ("pool", pool));
        }
    }
}
