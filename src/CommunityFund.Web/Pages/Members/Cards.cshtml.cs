using CommunityFund.Books;
using CommunityFund.TimeBank.Members;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Members;

/// <summary>Cards with number and code, to print and cut, of one member or of many. What leaves as codes is proved and logged.</summary>
public sealed class CardsModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Person { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Community { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Since { get; set; }

    public MemberOffer? Offer { get; private set; }

    /// <summary>The one whose card is asked for.</summary>
    public MemberView? View { get; private set; }

    public string DayType => TypeOf(Since);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnGetPdfAsync()
    {
        LocalDate? since = string.IsNullOrWhiteSpace(Since) ? null : Read(nameof(Since), () => DayText.Read(Since));
        IActionResult file = ModelState.IsValid
            ? await TakePdf(async () => MemberCardPaper.Of(
                await Session.Download(new MemberCards(Programme ?? 0, Person, Community, since), Ct),
                $"{Request.Scheme}://{Request.Host}/Passbook/Card", W))
            : Page();
        if (Refusal is not null || !ModelState.IsValid)
        {
            await Load();
        }

        return file;
    }

    private Task Load() => Try(async () =>
    {
        Offer = await Session.Ask(new MemberChoices(), Ct);
        Programme ??= Offer.Programmes.Count > 0 ? Offer.Programmes[0].Fund : null;
        View = Person is { } person ? await Session.Ask(new MemberSheet(person), Ct) : null;
    });
}
