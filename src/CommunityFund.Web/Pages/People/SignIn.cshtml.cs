using System.ComponentModel.DataAnnotations;
using CommunityFund.Books;
using CommunityFund.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CommunityFund.Web.Pages.People;

/// <summary>The door: name and password, and where it is on, a code.</summary>
[AllowAnonymous]
public sealed class SignInModel(Entrance entrance, Words words) : PageModel
{
    [BindProperty, Required, StringLength(64)]
    public string? UserName { get; set; }

    [BindProperty, Required, StringLength(200)]
    public string? Password { get; set; }

    [BindProperty, StringLength(40)]
    public string? Code { get; set; }

    /// <summary>Proves the first step to the second; null while it is not done.</summary>
    [BindProperty, StringLength(1000)]
    public string? Ticket { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public IActionResult OnGet() => User.Identity?.IsAuthenticated == true ? LocalRedirect("/") : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        Ticket = null;
        ModelState.Remove(nameof(Ticket));
        if (!ModelState.IsValid)
        {
            return Page();
        }

        return await NobodyElse() ?? Go(await entrance.SignIn(UserName!.Trim(), Password!), nameof(Password));
    }

    public async Task<IActionResult> OnPostCodeAsync()
    {
        ModelState.Remove(nameof(UserName));
        ModelState.Remove(nameof(Password));
        return await NobodyElse() ?? Go(await entrance.SecondStep(Ticket ?? "", Code ?? ""), nameof(Code));
    }

    public async Task<IActionResult> OnPostOutAsync()
    {
        await entrance.SignOut();
        return LocalRedirect("/People/SignIn");
    }

    // A session belongs to one person from its beginning: who is signed in goes out first.
    private async Task<IActionResult?> NobodyElse()
    {
        if (User.Identity?.IsAuthenticated != true)
        {
            return null;
        }

        await entrance.SignOut();
        return LocalRedirect("/People/SignIn");
    }

    private IActionResult Go(Entered entered, string field)
    {
        if (entered is { Refused: null, Ticket: null })
        {
            return LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl! : "/");
        }

        ModelState.Remove(nameof(Ticket));
        Ticket = entered.Ticket;
        if (entered.Refused is { } refused)
        {
            ModelState.AddModelError(Ticket is null ? nameof(Password) : field, words.Of(refused));
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        return Page();
    }
}
