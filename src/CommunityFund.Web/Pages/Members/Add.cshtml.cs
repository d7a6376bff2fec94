using CommunityFund.TimeBank.Members;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Members;

/// <summary>Registers one person or group, or a list of people.</summary>
public sealed class AddModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty]
    public MemberKind Kind { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public long? Colleague { get; set; }

    [BindProperty]
    public MemberFactsForm Facts { get; set; } = new();

    /// <summary>One person a line.</summary>
    [BindProperty]
    public string? List { get; set; }

    public MemberOffer? Offer { get; private set; }

    /// <summary>The form that was sent, so that it stays open.</summary>
    public string? Open { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate? born = Read("Facts.BornOn", Facts.Born);
        long person = 0;
        if (ModelState.IsValid && await Try(async () => person = await Session.Run(new AddMember(
            FormKey, Programme ?? 0, Kind, Name ?? "", Facts.Community ?? "", Facts.Household ?? "",
            await Facts.Guardian(Session, Programme ?? 0, Ct), born, Colleague), Ct)))
        {
            Said = W["members.said-added"];
            return RedirectToPage("Show", new { id = person });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    public async Task<IActionResult> OnPostManyAsync()
    {
        Open = "many";
        int added = 0;
        if (ModelState.IsValid && await Try(async () =>
            added = await Session.Run(new AddMembers(FormKey, Programme ?? 0, Kind, [.. Lines(List)]), Ct)))
        {
            Said = W["members.said-many", added];
            return RedirectToPage("Index");
        }

        Unprocessable();
        await Load();
        return Page();
    }

    /// <summary>One person a line: name, community, household, parted by commas or tabs.</summary>
    internal static IEnumerable<MemberLine> Lines(string? list) => (list ?? "")
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split([',', '，', '\t'], StringSplitOptions.TrimEntries))
        .Select(parts => new MemberLine(parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? ""));

    private Task Load() => Try(async () =>
    {
        Offer = await Session.Ask(new MemberChoices(), Ct);
        Programme ??= Offer.Programmes.Count > 0 ? Offer.Programmes[0].Fund : null;
    });
}
