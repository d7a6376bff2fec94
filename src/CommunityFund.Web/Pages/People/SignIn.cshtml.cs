using System.ComponentModel.DataAnnotations;
using CommunityFund.Books;
using CommunityFund.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CommunityFund.Web.Pages.People;

[AllowAnonymous]
public sealed class SignInModel(Entrance entrance, Words words) : PageModel
{
    [BindProperty, Required, StringLength(64)]
    public string? UserName { get; set; }

    [BindProperty, Required, StringLength(200)]
    public string? Password { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public IActionResult OnGet() => User.Identity?.IsAuthenticated == true ? LocalRedirect("/") : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        if (await entrance.SignIn(UserName!.Trim(), Password!) is { } refused)
        {
            ModelState.AddModelError(nameof(Password), words.Of(refused));
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }

        return LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl! : "/");
    }

    public async Task<IActionResult> OnPostOutAsync()
    {
        await entrance.SignOut();
        return LocalRedirect("/People/SignIn");
    }
}
