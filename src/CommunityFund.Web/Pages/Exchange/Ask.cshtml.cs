using CommunityFund.TimeBank.Exchange;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Exchange;

/// <summary>A coordinator asks for somebody without a phone.</summary>
public sealed class AskModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty]
    public string? Number { get; set; }

    [BindProperty]
    public WishForm Wish { get; set; } = new();

    public AskForChoicesView? Offer { get; private set; }

    public string DayType => TypeOf(Wish.On);

    public async Task OnGetAsync()
    {
        if (await Load())
        {
            (Programme, Wish.On) = (Offer!.Programme, LocalDatePattern.Iso.Format(Offer.Today));
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        long request = 0;
        if (await Load() && Wish.Read((field, wrong) => ModelState.AddModelError($"Wish.{field}", W.Of(wrong))) is { } wish
            && await Try(async () => request = await Session.Run(new AskForServiceFor(FormKey, Programme ?? 0, Number ?? "", wish), Ct)))
        {
            Said = W["exchange.said-asked"];
            return RedirectToPage("Show", new { id = request });
        }

        Unprocessable();
        return Page();
    }

    private Task<bool> Load() => Try(async () => Offer = await Session.Ask(new AskForChoices(Programme), Ct));
}
