using System.Globalization;
using CommunityFund.Books;
using CommunityFund.TimeBank;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Members;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Activities;

/// <summary>Seats of a role as typed.</summary>
public sealed class SeatsForm
{
    public string? Role { get; set; }

    public string? Seats { get; set; }
}

/// <summary>Publishes an activity, or changes one in which nobody has signed in yet.</summary>
public sealed class PublishModel : FundPage
{
    /// <summary>The activity that is changed; null for a new one.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Place { get; set; }

    [BindProperty]
    public string? Day { get; set; }

    [BindProperty]
    public string? Starts { get; set; }

    [BindProperty]
    public string? Ends { get; set; }

    /// <summary>It ends after midnight.</summary>
    [BindProperty]
    public bool NextDay { get; set; }

    [BindProperty]
    public string? Cap { get; set; }

    [BindProperty]
    public List<SeatsForm> Roles { get; set; } = [];

    /// <summary>Number of the second party's card.</summary>
    [BindProperty]
    public string? Confirmer { get; set; }

    [BindProperty]
    public long? Project { get; set; }

    [BindProperty]
    public bool Insured { get; set; }

    public ActivityOffer? Offer { get; private set; }

    public string DayType => TypeOf(Day);

    /// <summary>The time bank of the form.</summary>
    public ProgrammeRoles? Of => Offer?.Programmes.FirstOrDefault(each => each.Fund == Programme);

    public string TimeType(string? typed) => string.IsNullOrEmpty(typed) || LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(typed).Success
        ? "time" : "text";

    public async Task OnGetAsync()
    {
        await Load();
        if (Id is { } id && Refusal is null)
        {
            if (!await Try(async () => Fill(await Session.Ask(new ActivityTermsOf(id), Ct))))
            {
                // Nothing can be changed there, so the page says why and shows no form.
                Offer = null;
            }
        }
        else if (Offer is not null)
        {
            Day ??= LocalDatePattern.Iso.Format(Offer.Today);
        }

        Pad();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate day = Read(nameof(Day), () => DayText.Read(Day));
        int? cap = string.IsNullOrWhiteSpace(Cap) ? null : Read<int?>(nameof(Cap), () => HoursText.Read(Cap));
        List<RoleSeats> roles = [];
        for (int i = 0; i < Roles.Count; i++)
        {
            SeatsForm seats = Roles[i];
            if (!string.IsNullOrWhiteSpace(seats.Seats))
            {
                roles.Add(new RoleSeats(seats.Role ?? "", Read($"Roles[{i}].Seats", () => WholeText.Read(seats.Seats, 20_000))));
            }
        }

        long done = 0;
        if (ModelState.IsValid && await Try(async () =>
        {
            long? confirmer = string.IsNullOrWhiteSpace(Confirmer) ? null
                : (await Session.Ask(new MemberOfNumber(Programme ?? 0, Confirmer), Ct)).Person;
            ActivityTerms terms = new(Name ?? "", Place ?? "", day, Starts ?? "", EndsOn(day), roles, cap, Insured, Project, null, confirmer);
            if (Id is { } id)
            {
                await Session.Run(new ChangeActivity(FormKey, id, terms), Ct);
                done = id;
            }
            else
            {
                done = await Session.Run(new PublishActivity(FormKey, Programme ?? 0, terms), Ct);
            }
        }))
        {
            Said = W[Id is null ? "activities.said-published" : "activities.said-changed"];
            return RedirectToPage("Show", new { id = done });
        }

        Unprocessable();
        await Load();
        Pad();
        return Page();
    }

    private string EndsOn(LocalDate day) => NextDay && Ends is { Length: > 0 }
        ? $"{LocalDatePattern.Iso.Format(day.PlusDays(1))} {Ends}" : Ends ?? "";

    private void Fill(WrittenActivity written)
    {
        ActivityTerms terms = written.Terms;
        (Programme, Name, Place, Starts, Confirmer, Project, Insured) =
            (written.Programme, terms.Title, terms.Place, terms.Starts, written.ConfirmerNumber, terms.Project, terms.IsInsured);
        NextDay = terms.Ends.StartsWith(LocalDatePattern.Iso.Format(terms.Day.PlusDays(1)), StringComparison.Ordinal);
        Ends = NextDay ? terms.Ends[^5..] : terms.Ends;
        Day = LocalDatePattern.Iso.Format(terms.Day);
        Cap = terms.CapMinutes is { } cap ? HoursText.Write(cap) : "";
        Roles = [.. terms.Roles.Select(each => new SeatsForm { Role = each.Role, Seats = each.Seats.ToString(CultureInfo.InvariantCulture) })];
    }

    /// <summary>Every role that the rules know has its box.</summary>
    private void Pad() => Roles.AddRange((Of?.Roles ?? []).Where(role => Roles.All(each => each.Role != role))
        .Select(role => new SeatsForm { Role = role }));

    private Task Load() => Try(async () =>
    {
        Offer = await Session.Ask(new ActivityChoices(), Ct);
        Programme ??= Offer.Programmes.Count > 0 ? Offer.Programmes[0].Fund : null;
    });
}
