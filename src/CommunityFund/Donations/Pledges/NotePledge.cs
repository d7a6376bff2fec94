using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Donations.Pledges;

/// <summary>An instalment as it was promised.</summary>
public sealed record Instalment(LocalDate DueOn, Amount Amount);

/// <summary>Somebody has promised a gift. It is noted with the days it is due on; nothing is booked until money comes.</summary>
public sealed record NotePledge(
    Guid Key, [property: Personal] string Donor, PersonKind DonorKind, int Fund, PledgeForm Form, bool ForRelief, LocalDate PledgedOn,
    [property: Personal] string About, IReadOnlyList<Instalment> Instalments) : Command<long>(Key)
{
    /// <summary>Nobody is named.</summary>
    public const string DonorMissing = "pledge.donor-missing";

    /// <summary>A written pledge without its agreement, a public one without where it was said.</summary>
    public const string AboutMissing = "pledge.about-missing";

    /// <summary>There is no instalment, too many, or one of nothing.</summary>
    public const string BadInstalments = "pledge.bad-instalments";

    /// <summary>It would be due before it was promised, or promised on a day to come.</summary>
    public const string BadDays = "pledge.bad-days";

    /// <summary>The fund takes no gifts.</summary>
    public const string NoGifts = "pledge.no-gifts";

    /// <summary>The most instalments of one pledge.</summary>
    public const int Most = 60;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        await RefuseClosed(work, Fund, ct);
        string about = PlainText.Of(About);
        if (about.Length > 200 || (about.Length == 0 && Form != PledgeForm.Spoken))
        {
            throw new RefusedException(AboutMissing, ("limit", 200));
        }

        if (Instalments.Count is 0 or > Most || Instalments.Any(part => !part.Amount.IsPositive))
        {
            throw new RefusedException(BadInstalments, ("limit", Most));
        }

        if (PledgedOn > work.Today || Instalments.Any(part => part.DueOn < PledgedOn))
        {
            throw new RefusedException(BadDays, ("pledged", PledgedOn));
        }

        Pledge pledge = new()
        {
            BookId = work.Book,
            DonorId = await Counterparty.FindOrAdd(work, DonorKind, Donor, ct) ?? throw new RefusedException(DonorMissing),
            FundId = Fund,
            Units = Instalments.Aggregate(Amount.Fen(0), (sum, part) => sum + part.Amount).Units,
            Form = Form,
            ForRelief = ForRelief,
            PledgedOn = PledgedOn,
            About = about,
            NotedBy = work.ActorId,
            NotedAt = work.Now,
        };
        work.Db.Add(pledge);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(Instalments.OrderBy(part => part.DueOn).Select((part, at) => new PledgeDue
        {
            BookId = work.Book,
            PledgeId = pledge.PledgeId,
            DueNo = checked((short)(at + 1)),
            DueOn = part.DueOn,
            Units = part.Amount.Units,
        }));
        return pledge.PledgeId;
    }

    internal static async Task<Fund> RefuseClosed(Work work, int id, CancellationToken ct)
    {
        Fund fund = await work.FundById(id, ct);
        return fund is { IsOwn: true, State: not FundState.Closed } ? fund : throw new RefusedException(NoGifts, ("fund", fund.Name));
    }
}
